// The console as a person uses it: a real browser before real Regions, one of which is killed.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { required } from '#base/assert.js'
import { callAny } from '#cli/signed-call.js'
import { NO_BROWSER, startBrowser, type TestBrowser } from '#test/support/browser.js'
import { addressesOf } from '#test/support/console-addresses.js'
import { type ConsoleSample, makeConsoleSample } from '#test/support/console-sample.js'
import { ConsolePage } from '#test/support/console-visit.js'
import {
  type ConsoleWindow,
  type ConsoleWindowOptions,
  complaintsOf,
  openConsole,
  requestsElsewhere,
} from '#test/support/console-window.js'
import { ROOT_ACCESS_KEY } from '#test/support/node-config.js'
import { EAST, WEST } from '#test/support/replicated-pool.js'
import { type Stack, startStack, waitUntilHealthy } from '#test/support/stack.js'
import { waitFor } from '#test/support/wait.js'
import { projectRoot } from '../../scripts/tree.js'

const FIRST_LOAD_BYTES_MAX = 500 * 1024
const READ_ONLY = ['cognito-idp:Describe*', 'cognito-idp:List*', 'cognito-idp:Get*'].concat(
  ['cognito-idp:AdminGetUser', 'cognito-idp:AdminList*'],
  ['twinpool:Describe*', 'twinpool:List*', 'twinpool:Get*', 'kms:Describe*', 'kms:List*'],
)

/** Waits until the edge takes both Regions for alive; it learns of a start by its next check. */
function untilEdgeKnows({ edgeUrl }: Stack): Promise<unknown> {
  const areAlive = async () => {
    const { regions } = (await (await fetch(`${edgeUrl}/health`)).json()) as {
      regions: Readonly<Record<string, string>>
    }
    return Object.values(regions).every((state) => state === 'alive')
  }
  return waitFor(areAlive, { what: 'the edge to know that both Regions are up' })
}

/** Everything of a page that could keep a word. */
const KEPT = `JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie,
  location.href, history.state, document.documentElement.outerHTML,
  [...document.querySelectorAll('input, textarea')].map(({ value }) => value)])`

describe('the console in a browser', { skip: NO_BROWSER }, () => {
  let started: TestBrowser
  let stack: Stack
  let sample: ConsoleSample
  before(async () => {
    stack = await startStack()
    const regions = Object.fromEntries(stack.regions.map((region) => [region.name, region]))
    sample = await makeConsoleSample({ regions, credentials: ROOT_ACCESS_KEY })
    started = await startBrowser()
  })
  after(async () => {
    await started?.close()
    await stack?.close()
  })

  const open = (options: ConsoleWindowOptions = {}, origin = stack.west.endpoint) =>
    openConsole(started.browser, origin, options)

  const ask = (operation: string, input: Readonly<Record<string, unknown>> = {}) => {
    const { name, endpoint } = stack.west
    return callAny([{ region: name, endpoint, credentials: ROOT_ACCESS_KEY }], operation, input)
  }

  async function createKey(Action: readonly string[]): Promise<typeof ROOT_ACCESS_KEY> {
    const Statement = [{ Effect: 'Allow', Action, Resource: '*' }]
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
    const { AccessKey } = await ask('CreateAccessKey', { PolicyDocument })
    const made = AccessKey as Record<string, string>
    return {
      accessKeyId: required(made['AccessKeyId'], 'the ID'),
      secretAccessKey: required(made['SecretAccessKey'], 'the secret'),
    }
  }

  const heading = (page: Page, name: string) => page.getByRole('heading', { name, level: 1 })
  const signInHeading = (page: Page) => heading(page, 'Sign in to the console')

  /** Refused calls are looked at elsewhere. */
  const misdeeds = (shown: ConsoleWindow, origin: string) => [
    ...requestsElsewhere(shown, origin),
    ...complaintsOf(shown),
  ]

  test('a wrong secret is refused and taken away, the right one is kept nowhere', async () => {
    const shown = await open({ accessKey: null })
    const { page } = shown
    await shown.show('#/pools')
    const wrong = { ...ROOT_ACCESS_KEY, secretAccessKey: 'a-wrong-secret' }
    await new ConsolePage(page).tryToSignIn(wrong)
    await page.getByText('is not valid').waitFor()
    assert.equal(await page.getByLabel('Secret access key').inputValue(), '')
    assert.equal(await page.getByLabel('Access key ID').inputValue(), wrong.accessKeyId)

    await new ConsolePage(page).signIn()
    await page.getByRole('link', { name: 'customers' }).waitFor()
    const cookies = JSON.stringify(await page.context().cookies())
    const kept = `${await page.evaluate<string>(KEPT)}${cookies}`
    assert.ok(!kept.includes(ROOT_ACCESS_KEY.secretAccessKey))
    assert.ok(!kept.includes(wrong.secretAccessKey))
    assert.ok(kept.includes(ROOT_ACCESS_KEY.accessKeyId), 'what is kept was looked at')
    assert.doesNotMatch(await page.evaluate<string>('document.cookie'), /twinpool/)
    assert.deepEqual(misdeeds(shown, stack.west.endpoint), [])

    await page.getByRole('button', { name: ROOT_ACCESS_KEY.accessKeyId }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await signInHeading(page).waitFor()
    await page.reload()
    await signInHeading(page).waitFor()
    await shown.close()
  })

  test('a link signs in once, and leaves the address', async () => {
    const { Link } = await ask('CreateConsoleLink')
    const shown = await open({ accessKey: null })
    const { page } = shown
    await shown.show(`#/link/${Link}`)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await heading(page, 'Regions').waitFor()
    assert.equal(new URL(page.url()).hash, '#/regions')
    assert.ok(!(await page.evaluate<string>(KEPT)).includes(String(Link)))
    await shown.close()

    const again = await open({ accessKey: null })
    await again.show(`#/link/${Link}`)
    await again.page.getByRole('button', { name: 'Sign in' }).click()
    await again.page.getByText('The link does not sign in').waitFor()
    await again.close()
  })

  test('a session that ended asks for a sign-in, and goes on where it was', async () => {
    const accessKey = await createKey(['*'])
    const shown = await open({ accessKey })
    const { page } = shown
    const address = `#/pools/${sample.pool.userPoolId}/groups`
    await shown.show(address)
    await page.getByRole('link', { name: sample.group }).waitFor()
    assert.equal(await page.title(), `${sample.pool.userPoolId} – User pools – Twinpool`)
    await ask('DeleteAccessKey', { AccessKeyId: accessKey.accessKeyId })
    await signInHeading(page).waitFor()
    await page.getByText('The session has ended.').waitFor()
    assert.equal(new URL(page.url()).hash, address)
    await new ConsolePage(page).signIn()
    await page.getByRole('link', { name: sample.group }).waitFor()
    assert.equal(new URL(page.url()).hash, address)
    await shown.close()
  })

  test('who may only read sees the pages, and is told why a change is refused', async () => {
    const shown = await open({ accessKey: await createKey(READ_ONLY) })
    const { page, refused } = shown
    for (const [name, address] of addressesOf(sample)) {
      await shown.show(address)
      const notAllowed = refused.filter((text) => text.startsWith('403'))
      assert.deepEqual(notAllowed, [], name)
    }
    await shown.show(`#/pools/${sample.pool.userPoolId}/groups`)
    await page.getByRole('button', { name: 'Create group' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name', { exact: true }).fill('auditors')
    await dialog.getByRole('button', { name: 'Create group' }).click()
    await dialog.getByText('AccessDeniedException').waitFor()
    assert.equal(await dialog.getByLabel('Name', { exact: true }).inputValue(), 'auditors')
    await shown.close()
  })

  test('no page asks another host, breaks its policy or fails', async () => {
    const shown = await open()
    for (const [name, address] of addressesOf(sample)) {
      await shown.show(address)
      assert.deepEqual(misdeeds(shown, stack.west.endpoint), [], name)
      assert.deepEqual(shown.refused, [], name)
    }
    await shown.page.evaluate(`document.body.insertAdjacentHTML('beforeend',
      '<p style="color: red"></p><img src="http://127.0.0.1:9/a.png">')`)
    await waitFor(() => misdeeds(shown, stack.west.endpoint).length >= 2, {
      what: 'planted misdeeds to be seen',
    })
    await shown.close()
  })

  test('the first load is small', async () => {
    const shown = await open()
    await shown.show('#/regions')
    const folder = join(projectRoot, 'dist/console')
    const loaded = new Set(shown.watch.requests.map((url) => new URL(url).pathname))
    const assets = readdirSync(join(folder, 'assets'))
    const files = ['index.html', ...assets.map((name) => `assets/${name}`)].filter((name) =>
      loaded.has(`/console/${name === 'index.html' ? '' : name}`),
    )
    assert.ok(files.length > 3, files.join(' '))
    const bytes = files.map((name) => gzipSync(readFileSync(join(folder, name))).length)
    const sum = bytes.reduce((total, each) => total + each, 0)
    assert.ok(sum <= FIRST_LOAD_BYTES_MAX, `${sum} bytes with gzip`)
    await shown.close()
  })

  test('while a Region is away, pages say what is missing and go on', async () => {
    const direct = await open()
    const byEdge = await open({}, stack.edgeUrl)
    await stack.east.node.kill()
    for (const [shown, origin] of [
      [direct, stack.west.endpoint],
      [byEdge, stack.edgeUrl],
    ] as const) {
      const { page } = shown
      await shown.show('#/regions')
      await page.getByText(`${EAST} does not respond`).first().waitFor()
      for (const [name, address] of addressesOf(sample)) {
        await shown.show(address)
        assert.equal(await page.getByText('This page failed').count(), 0, name)
        assert.deepEqual(misdeeds(shown, origin), [], name)
      }
      await shown.show('#/pools')
      await page.getByText(`${EAST} does not respond`).waitFor()
      await page.getByRole('link', { name: 'customers' }).click()
      await heading(page, 'customers').waitFor()
      await shown.settled()
    }
    await stack.east.node.start()
    await waitUntilHealthy(stack.east)
    await untilEdgeKnows(stack)
    await direct.close()
    await byEdge.close()
  })

  test('without the primary, users can be read through the edge and changes wait', async () => {
    const shown = await open({}, stack.edgeUrl)
    const { page } = shown
    await stack.west.node.kill()
    await shown.show(`#/pools/${sample.pool.userPoolId}/users`)
    await page.getByText(`The primary Region ${WEST} does not respond`).first().waitFor()
    await page.getByRole('link', { name: sample.username }).waitFor()
    assert.equal(await page.getByRole('button', { name: 'Create user' }).isDisabled(), true)
    assert.deepEqual(misdeeds(shown, stack.edgeUrl), [])
    await stack.west.node.start()
    await waitUntilHealthy(stack.west)
    await waitFor(() => page.getByRole('button', { name: 'Create user' }).isEnabled(), {
      what: 'changes to be possible again',
    })
    await shown.close()
  })
})
