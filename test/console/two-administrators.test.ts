// Two people at work on the same things: what one saves leaves what the other has changed since it
// was shown, and no dialog moves to another Region or goes away with what was typed.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  CreateGroupCommand,
  CreateResourceServerCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  DescribeResourceServerCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  GetGroupCommand,
  UpdateGroupCommand,
  UpdateResourceServerCommand,
  UpdateUserPoolClientCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import {
  CreateKeyCommand,
  GetKeyPolicyCommand,
  ListResourceTagsCommand,
  PutKeyPolicyCommand,
  ReplicateKeyCommand,
} from '@aws-sdk/client-kms'
import { required } from '#base/assert.js'
import { NO_BROWSER, startBrowser, type TestBrowser } from '#test/support/browser.js'
import { type ConsolePage, visitAsRoot } from '#test/support/console-visit.js'
import { EAST, startTwoNodes, type TwoNodes, WEST } from '#test/support/two-nodes.js'

describe('two administrators at once', { skip: NO_BROWSER }, () => {
  let nodes: TwoNodes
  let started: TestBrowser
  let UserPoolId: string
  before(async () => {
    nodes = await startTwoNodes()
    started = await startBrowser()
    const { UserPool } = await nodes.west.cognito.send(
      new CreateUserPoolCommand({ PoolName: 'people' }),
    )
    UserPoolId = required(UserPool?.Id, 'the pool')
  })
  after(async () => {
    await started?.close()
    await nodes.close()
  })

  const visit = (
    path: string,
    run: (shown: ConsolePage) => Promise<void>,
    refused: readonly string[] = [],
  ) =>
    visitAsRoot(
      { browser: started.browser, origin: nodes.west.endpoint, address: `#/${path}`, refused },
      run,
    )
  const describePool = async () => {
    const command = new DescribeUserPoolCommand({ UserPoolId })
    return required((await nodes.west.cognito.send(command)).UserPool, 'the pool')
  }

  test('a setting of a pool is changed, and those that the other changed stay', () =>
    visit(`pools/${UserPoolId}/sign-in`, async (shown) => {
      await shown.button('Edit Passwords').click()
      const dialog = shown.dialog('Edit passwords')
      await dialog.getByLabel('Minimum length').fill('11')
      await nodes.west.cognito.send(
        new UpdateUserPoolCommand({
          UserPoolId,
          AutoVerifiedAttributes: ['email'],
          SmsAuthenticationMessage: 'Code {####}',
        }),
      )
      const done = 'Passwords: the changes were saved.'
      await shown.confirm('Edit passwords', 'Save changes', done)
      const pool = await describePool()
      assert.equal(pool.Policies?.PasswordPolicy?.MinimumLength, 11)
      assert.deepEqual(pool.AutoVerifiedAttributes, ['email'])
      assert.equal(pool.SmsAuthenticationMessage, 'Code {####}')
    }))

  test('deletion protection is switched, and nothing else', () =>
    visit(`pools/${UserPoolId}/overview`, async (shown) => {
      await shown.button('Activate deletion protection').waitFor()
      await nodes.west.cognito.send(
        new UpdateUserPoolCommand({ UserPoolId, AutoVerifiedAttributes: ['phone_number'] }),
      )
      await shown.button('Activate deletion protection').click()
      const done = 'Deletion protection is active.'
      await shown.confirm('Activate deletion protection', 'Activate', done)
      const pool = await describePool()
      assert.equal(pool.DeletionProtection, 'ACTIVE')
      assert.deepEqual(pool.AutoVerifiedAttributes, ['phone_number'])
    }))

  test('an app client keeps what the other has changed', async () => {
    const { UserPoolClient } = await nodes.west.cognito.send(
      new CreateUserPoolClientCommand({ UserPoolId, ClientName: 'web' }),
    )
    const client = { UserPoolId, ClientId: required(UserPoolClient?.ClientId, 'the client') }
    await visit(`pools/${UserPoolId}/clients/${client.ClientId}`, async (shown) => {
      await shown.button('Edit Tokens').click()
      await shown.dialog('Edit tokens').getByLabel('Access tokens live').fill('2')
      await nodes.west.cognito.send(
        new UpdateUserPoolClientCommand({ ...client, ClientName: 'web', AuthSessionValidity: 11 }),
      )
      await shown.confirm('Edit tokens', 'Save changes', 'Tokens: the changes were saved.')
    })
    const described = await nodes.west.cognito.send(new DescribeUserPoolClientCommand(client))
    assert.equal(described.UserPoolClient?.AccessTokenValidity, 2)
    assert.equal(described.UserPoolClient?.AuthSessionValidity, 11)
  })

  test('a group and a resource server are changed in what was edited', async () => {
    const group = { UserPoolId, GroupName: 'support' }
    const server = { UserPoolId, Identifier: 'orders' }
    const read = { ScopeName: 'read', ScopeDescription: 'of two\nlines' }
    const write = { ScopeName: 'write', ScopeDescription: 'Write' }
    await nodes.west.cognito.send(new CreateGroupCommand({ ...group, Precedence: 1 }))
    await nodes.west.cognito.send(
      new CreateResourceServerCommand({ ...server, Name: 'Orders', Scopes: [read] }),
    )
    await visit(`pools/${UserPoolId}/groups/support`, async (shown) => {
      await shown.button('Edit').click()
      const dialog = shown.dialog('Edit support')
      await dialog.getByLabel('Description').fill('Answers customers')
      await nodes.west.cognito.send(new UpdateGroupCommand({ ...group, Precedence: 77 }))
      await shown.confirm('Edit support', 'Save group', 'The group support was saved.')

      await shown.page.goto(`${nodes.west.endpoint}/console/#/pools/${UserPoolId}/resource-servers`)
      await shown.button('Edit Orders').click()
      const edit = shown.dialog('Edit resource server')
      await edit.getByLabel('Name').fill('All orders')
      await edit.getByLabel('Scopes').press('Control+End')
      await edit.getByLabel('Scopes').pressSequentially('\ncancel Cancel them')
      await nodes.west.cognito.send(
        new UpdateResourceServerCommand({ ...server, Name: 'Orders', Scopes: [read, write] }),
      )
      const done = 'The resource server All orders was changed.'
      await shown.confirm('Edit resource server', 'Save changes', done)
    })
    const { Group } = await nodes.west.cognito.send(new GetGroupCommand(group))
    assert.equal(Group?.Description, 'Answers customers')
    assert.equal(Group?.Precedence, 77)
    const { ResourceServer } = await nodes.west.cognito.send(
      new DescribeResourceServerCommand(server),
    )
    assert.equal(ResourceServer?.Name, 'All orders')
    const cancel = { ScopeName: 'cancel', ScopeDescription: 'Cancel them' }
    assert.deepEqual(
      ResourceServer?.Scopes?.toSorted((a, b) =>
        (a.ScopeName ?? '').localeCompare(b.ScopeName ?? ''),
      ),
      [cancel, read, write],
    )
  })

  describe('with a key of both Regions', () => {
    let KeyId: string
    before(async () => {
      const { KeyMetadata } = await nodes.west.kms.send(new CreateKeyCommand({ MultiRegion: true }))
      KeyId = required(KeyMetadata?.KeyId, 'the key')
      await nodes.west.kms.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion: EAST }))
    })

    test('a dialog stays with its Region and with what was typed when that goes away', () =>
      visit(
        `encryption/${KeyId}?region=${EAST}`,
        async (shown) => {
          const { page } = shown
          const { keyboard } = page
          const title = `Set a tag in ${EAST}`
          await shown.button('Set tag').click()
          const dialog = shown.dialog(title)
          // The first field has the focus, and Enter sends a form of two.
          await dialog.getByLabel('Tag').and(page.locator(':focus')).waitFor()
          await keyboard.type('team')
          await keyboard.press('Tab')
          await keyboard.type('identity')
          await nodes.east.stop()
          await page.getByText(`${EAST} does not respond`).first().waitFor()
          await dialog.getByText(`--region ${EAST}`).first().waitFor()
          await keyboard.press('Enter')
          await dialog.getByText('There was no answer').waitFor()
          await nodes.east.start()
          await dialog.getByRole('button', { name: 'Set tag' }).click()
          await page.getByText(`The tag team was set in ${EAST}.`).waitFor()
          const tagsOf = async (region: 'west' | 'east') =>
            (await nodes[region].kms.send(new ListResourceTagsCommand({ KeyId }))).Tags
          assert.deepEqual(await tagsOf('east'), [{ TagKey: 'team', TagValue: 'identity' }])
          assert.deepEqual(await tagsOf('west'), [])
        },
        ['503'],
      ))

    test('a policy that the other has changed meanwhile is not replaced unseen', () =>
      visit(`encryption/${KeyId}?region=${WEST}`, async (shown) => {
        const { kms } = nodes.west
        const { Policy = '' } = await kms.send(new GetKeyPolicyCommand({ KeyId }))
        await shown.page.getByLabel('Policy document').press('End')
        await shown.page.getByLabel('Policy document').pressSequentially(' ')
        const theirs = JSON.stringify({ ...JSON.parse(Policy), Id: 'theirs' })
        await kms.send(new PutKeyPolicyCommand({ KeyId, Policy: theirs }))
        // What was written stays while another Region is looked at.
        for (const region of [EAST, WEST]) {
          await shown.button(region).click()
          await shown.heading(`Policy in ${region}`).waitFor()
        }
        await shown.button('Put policy').click()
        const dialog = shown.dialog(`Put the policy in ${WEST}`)
        await dialog.getByText('The policy was changed meanwhile').waitFor()
        const put = dialog.getByRole('button', { name: 'Put policy' })
        assert.equal(await put.isDisabled(), true)
        const done = `The policy was put in ${WEST}.`
        await shown.confirm(`Put the policy in ${WEST}`, 'Put policy', done, `policy ${WEST}`)
        assert.notEqual((await kms.send(new GetKeyPolicyCommand({ KeyId }))).Policy, theirs)
      }))

    test('the address of an alias or an ARN leads to the key', () =>
      visit(
        `encryption/${encodeURIComponent(`arn:aws:kms:${WEST}:123456789012:key/${KeyId}`)}`,
        async (shown) => {
          await shown.page.waitForURL(new RegExp(`#/encryption/${KeyId}$`))
          await shown.heading(KeyId).waitFor()
        },
        ['400'],
      ))
  })
})
