// The console's pages in a real browser, with real Regions: what happens to a page when its session
// or its rights are not what it took them for, and what it says of a key that another Region gets.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { CreateUserPoolCommand } from '@aws-sdk/client-cognito-identity-provider'
import { CreateKeyCommand } from '@aws-sdk/client-kms'
import type { BrowserContext, Page } from 'playwright-core'
import { required } from '#base/assert.js'
import { tryCall } from '#cli/signed-call.js'
import { NO_BROWSER, startBrowser, type TestBrowser } from '#test/support/browser.js'
import { ConsolePage } from '#test/support/console-visit.js'
import { ROOT_ACCESS_KEY } from '#test/support/node-config.js'
import { EAST, startTwoNodes, type TwoNodes, WEST } from '#test/support/two-nodes.js'

describe('the pages of the console', { skip: NO_BROWSER }, () => {
  let nodes: TwoNodes
  let started: TestBrowser
  let poolId: string
  before(async () => {
    nodes = await startTwoNodes()
    started = await startBrowser()
    const { UserPool } = await nodes.west.cognito.send(
      new CreateUserPoolCommand({ PoolName: 'people', UserPoolTier: 'ESSENTIALS' }),
    )
    poolId = required(UserPool?.Id, 'the pool')
  })
  after(async () => {
    await started?.close()
    await nodes.close()
  })

  const origin = () => nodes.west.endpoint

  /** A tab that has the session of the browser, or the sign-in where there is none. */
  async function tabOf(context: BrowserContext, path: string): Promise<Page> {
    const page = await context.newPage()
    await page.goto(`${origin()}/console/#/${path}`)
    return page
  }

  const signIn = (page: Page, key = ROOT_ACCESS_KEY) => new ConsolePage(page).signIn(key)

  /** Signs in anew without the page: another session has the cookie then. */
  const replaceSession = (page: Page) =>
    page.evaluate(async (key) => {
      const headers = { 'content-type': 'application/json' }
      await fetch('session', { method: 'POST', headers, body: JSON.stringify(key) })
    }, ROOT_ACCESS_KEY)

  const shows = (page: Page, text: string) => page.getByText(text).first().waitFor()

  async function withPage(path: string, use: (page: Page, all: BrowserContext) => Promise<void>) {
    const context = await started.browser.newContext()
    try {
      await use(await tabOf(context, path), context)
    } finally {
      await context.close()
    }
  }

  test('go on when another tab signed in anew', () =>
    withPage(`pools/${poolId}/users`, async (page, context) => {
      await signIn(page)
      await shows(page, 'There are no users yet.')
      await replaceSession(await tabOf(context, 'regions'))
      await page.getByRole('tab', { name: 'Groups' }).click()
      await page.getByRole('button', { name: 'Create group' }).click()
      await page.getByRole('dialog').getByLabel('Name').fill('made-by-the-other-session')
      await page.getByRole('dialog').getByRole('button', { name: 'Create group' }).click()
      await shows(page, 'made-by-the-other-session')
    }))

  test('list the keys of the account beyond the first page of the KMS', () =>
    withPage(`pools/${poolId}/replication/key`, async (page) => {
      const made = Array.from({ length: 101 }, () =>
        nodes.west.kms.send(new CreateKeyCommand({ MultiRegion: true })),
      )
      const ids = (await Promise.all(made)).map(({ KeyMetadata }) => KeyMetadata?.KeyId ?? '')
      await signIn(page)
      for (const id of ids) await shows(page, id)
    }))

  test('sign out of the session that the browser has', () =>
    withPage('pools', async (page, context) => {
      await signIn(page)
      await shows(page, 'User pools (1)')
      await replaceSession(page)
      await page.getByRole('button', { name: ROOT_ACCESS_KEY.accessKeyId }).click()
      await page.getByRole('menuitem', { name: 'Sign out' }).click()
      await shows(page, 'Sign in to the console')
      await shows(await tabOf(context, 'pools'), 'Sign in to the console')
    }))

  test('do not say that a pool is gone, or that there is none, to who may not know', async () => {
    const resource = `arn:aws:cognito-idp:${WEST}:123456789012:userpool/${poolId}`
    const Statement = { Effect: 'Allow', Action: 'cognito-idp:*', Resource: resource }
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [Statement] })
    const target = { region: WEST, endpoint: origin(), credentials: ROOT_ACCESS_KEY }
    const created = await tryCall(target, 'CreateAccessKey', { PolicyDocument })
    const { AccessKeyId, SecretAccessKey } = required(created, 'the key')['AccessKey'] as Record<
      string,
      string
    >
    const key = {
      accessKeyId: required(AccessKeyId, 'the ID'),
      secretAccessKey: required(SecretAccessKey, 'the secret'),
    }
    await withPage(`pools/${poolId}`, async (page) => {
      await signIn(page, key)
      await shows(page, 'The user pool could not be loaded')
      assert.equal(await page.getByText('It may have been deleted.').count(), 0)
      await page.goto(`${origin()}/console/#/pools`)
      await shows(page, 'No Region told its user pools.')
      assert.equal(await page.getByText('There is no user pool yet.').count(), 0)
    })
  })

  test('check a key again when another Region got it', async () => {
    const { KeyMetadata } = await nodes.west.kms.send(new CreateKeyCommand({ MultiRegion: true }))
    const arn = required(KeyMetadata?.Arn, 'the ARN')
    const path = `pools/${poolId}/replication/key?key=${encodeURIComponent(arn)}`
    await withPage(path, async (page) => {
      await signIn(page)
      await shows(page, `The key is not in Region ${EAST}; replicate it there.`)
      await page.getByRole('button', { name: 'Replicate key' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Replicate key' }).click()
      await shows(page, `The key is in ${EAST}, too.`)
      await page.getByText('The key is not in Region').first().waitFor({ state: 'detached' })
    })
  })
})
