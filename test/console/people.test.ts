// What administrators do with users and app clients in the console, by a real browser, and what it
// does to those who sign in.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AssociateSoftwareTokenCommand,
  CreateGroupCommand,
  InitiateAuthCommand,
  SetUserPoolMfaConfigCommand,
  VerifySoftwareTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { NO_BROWSER, startBrowser, type TestBrowser } from '#test/support/browser.js'
import { type ConsolePage, visitAsRoot } from '#test/support/console-visit.js'
import { PASSWORD, startTestApi, type TestApi, type TestClient } from '#test/support/test-api.js'
import { totpCode } from '#test/support/totp.js'

const TEMPORARY = 'Temporary-horse-7-battery'

describe('people and apps in the console', { skip: NO_BROWSER }, () => {
  let api: TestApi
  let started: TestBrowser
  let poolId: string
  let app: TestClient
  before(async () => {
    api = await startTestApi()
    started = await startBrowser()
    poolId = await api.makePool({
      PoolName: 'people',
      UserPoolTier: 'PLUS',
      UserPoolAddOns: { AdvancedSecurityMode: 'AUDIT' },
    })
    await api.cognito.send(
      new SetUserPoolMfaConfigCommand({
        UserPoolId: poolId,
        MfaConfiguration: 'OPTIONAL',
        SoftwareTokenMfaConfiguration: { Enabled: true },
      }),
    )
    app = await api.makeClient(poolId)
  })
  after(async () => {
    await started?.close()
    await api.stop()
  })

  const visit = (
    path: string,
    run: (shown: ConsolePage) => Promise<void>,
    refused: readonly string[] = [],
  ) =>
    visitAsRoot(
      {
        browser: started.browser,
        origin: api.endpoint,
        address: `#/pools/${poolId}/${path}`,
        // The pool remembers no devices, which only its list of them says.
        refused: ['400 AdminListDevices', ...refused],
      },
      run,
    )

  const signIn = (USERNAME: string, password = PASSWORD) =>
    api.cognito.send(
      new InitiateAuthCommand({
        AuthFlow: 'USER_PASSWORD_AUTH',
        ClientId: app.clientId,
        AuthParameters: { USERNAME, PASSWORD: password },
      }),
    )

  const refresh = (REFRESH_TOKEN = '') =>
    api.cognito.send(
      new InitiateAuthCommand({
        AuthFlow: 'REFRESH_TOKEN_AUTH',
        ClientId: app.clientId,
        AuthParameters: { REFRESH_TOKEN },
      }),
    )

  /** Chooses an entry of the menu of the user, and confirms. */
  async function act(shown: ConsolePage, username: string, text: string, done: string) {
    await shown.button('Actions').click()
    await shown.page.getByRole('menuitem', { name: text, exact: true }).click()
    const title = `${text}: ${username}`
    // Enabling takes nothing from anybody.
    await shown.confirm(title, text, done, text === 'Enable' ? undefined : username)
  }

  test('a user is created, and then has the password that was set', () =>
    visit(
      'users',
      async (shown) => {
        const { page } = shown
        await shown.button('Create user').click()
        const dialog = shown.dialog('Create user')
        await dialog.getByLabel('User name').fill('grace')
        await dialog.getByLabel('Set a temporary password').check()
        await dialog.getByLabel('Temporary password', { exact: true }).fill(TEMPORARY)
        await shown.confirm('Create user', 'Create user', 'The user grace was created.')
        await shown.heading('grace').first().waitFor()
        const temporary = await signIn('grace', TEMPORARY)
        assert.equal(temporary.ChallengeName, 'NEW_PASSWORD_REQUIRED')

        await shown.button('Actions').click()
        await page.getByRole('menuitem', { name: 'Set password', exact: true }).click()
        const title = 'Set the password of grace'
        await shown.dialog(title).getByLabel('Password', { exact: true }).fill('short')
        await shown.dialog(title).getByRole('button', { name: 'Set password' }).click()
        await shown.dialog(title).getByText('InvalidPasswordException').waitFor()
        await shown.dialog(title).getByLabel('Password', { exact: true }).fill(PASSWORD)
        await shown.dialog(title).getByLabel('Permanent').check()
        await shown.confirm(title, 'Set password', 'The password was set.')
        assert.ok((await signIn('grace')).AuthenticationResult?.AccessToken)
      },
      ['400 AdminSetUserPassword'],
    ))

  test('an authenticator app is asked for until it is removed', async () => {
    await api.makeUser(poolId, 'ada')
    const { AuthenticationResult } = await signIn('ada')
    const AccessToken = required(AuthenticationResult?.AccessToken, 'the access token')
    const { SecretCode } = await api.cognito.send(
      new AssociateSoftwareTokenCommand({ AccessToken }),
    )
    const UserCode = totpCode(required(SecretCode, 'the secret'))
    await api.cognito.send(new VerifySoftwareTokenCommand({ AccessToken, UserCode }))
    await visit('users/ada', async (shown) => {
      await shown.button('Edit MFA').click()
      const dialog = shown.dialog('MFA of ada')
      await dialog.getByLabel('Authenticator app').check()
      await shown.confirm('MFA of ada', 'Save MFA', 'The MFA of the user was saved.')
      assert.equal((await signIn('ada')).ChallengeName, 'SOFTWARE_TOKEN_MFA')

      await shown.button('Remove authenticator app').click()
      await shown.confirm(
        'Remove the authenticator app of ada',
        'Remove authenticator app',
        'The authenticator app was removed.',
        'ada',
      )
      assert.equal((await signIn('ada')).ChallengeName, undefined)
      const button = shown.button('Remove authenticator app')
      assert.equal(await shown.whyOff(button), 'The user has none.')
    })
  })

  test('sign-in events are shown, and take what an administrator says of them', async () => {
    await api.makeUser(poolId, 'barbara')
    await signIn('barbara')
    await visit('users/barbara', async (shown) => {
      const events = shown.page.getByRole('table').filter({ hasText: 'SignIn: Pass' })
      const row = events.getByRole('row').filter({ hasText: 'SignIn: Pass' }).first()
      await row.getByText('127.0.0.1').waitFor()
      await row.getByRole('button', { name: 'Invalid' }).click()
      await shown.confirm(
        'The event was not the user',
        'Mark as invalid',
        'The feedback was taken.',
      )
      await row.getByText('Invalid (Admin)').waitFor()
    })
  })

  test('a group is joined and left', async () => {
    await api.makeUser(poolId, 'katherine')
    await api.cognito.send(new CreateGroupCommand({ UserPoolId: poolId, GroupName: 'admirals' }))
    await visit('users/katherine', async (shown) => {
      const { page } = shown
      await shown.button('Add to group').click()
      const dialog = shown.dialog('Add katherine to a group')
      await dialog.getByRole('button', { name: 'Group Choose a group' }).click()
      await page.getByRole('option', { name: 'admirals' }).click()
      await shown.confirm('Add katherine to a group', 'Add to group', 'The user is in admirals.')
      assert.deepEqual(await groupsOfToken(), ['admirals'])
      await shown.button('Remove from admirals').click()
      const done = 'The user is not in admirals any more.'
      await shown.confirm('Remove katherine from admirals', 'Remove from group', done)
      assert.equal(await groupsOfToken(), undefined)
    })
  })

  async function groupsOfToken(): Promise<unknown> {
    const { AuthenticationResult } = await signIn('katherine')
    const [, claims = ''] = (AuthenticationResult?.IdToken ?? '').split('.')
    return JSON.parse(Buffer.from(claims, 'base64url').toString())['cognito:groups']
  }

  test('who is disabled does not sign in, signed out not go on, deleted is unknown', async () => {
    await api.makeUser(poolId, 'hedy')
    await visit('users/hedy', async (shown) => {
      const { AuthenticationResult } = await signIn('hedy')
      await act(shown, 'hedy', 'Disable', 'The user was disabled.')
      await assert.rejects(signIn('hedy'), { name: 'NotAuthorizedException' })
      await act(shown, 'hedy', 'Enable', 'The user was enabled.')
      const before = await signIn('hedy')
      await act(shown, 'hedy', 'Sign out everywhere', 'The user was signed out.')
      for (const tokens of [AuthenticationResult, before.AuthenticationResult]) {
        await assert.rejects(refresh(tokens?.RefreshToken), { name: 'NotAuthorizedException' })
      }
      await shown.button('Actions').click()
      await shown.page.getByRole('menuitem', { name: 'Delete', exact: true }).click()
      const dialog = shown.dialog('Delete hedy')
      await dialog.getByLabel('To confirm, type "hedy"').fill('Hedy')
      assert.equal(await dialog.getByRole('button', { name: 'Delete user' }).isDisabled(), true)
      await shown.confirm('Delete hedy', 'Delete user', 'The user hedy was deleted.', 'hedy')
      await assert.rejects(signIn('hedy'), { name: 'UserNotFoundException' })
      await shown.heading('Users').waitFor()
      assert.equal(await shown.page.getByRole('link', { name: 'hedy' }).count(), 0)
    })
  })

  test('a machine client gets tokens with either secret while they are rotated', () =>
    visit('resource-servers', async (shown) => {
      const { page } = shown
      await shown.button('Create resource server').click()
      const server = shown.dialog('Create resource server')
      await server.getByLabel('Name').fill('Orders')
      await server.getByLabel('Identifier').fill('orders')
      await server.getByLabel('Scopes').fill('read Read orders')
      const made = 'The resource server Orders was created.'
      await shown.confirm('Create resource server', 'Create resource server', made)

      await page.getByRole('tab', { name: 'Domains' }).click()
      await shown.button('Create domain').click()
      await shown.dialog('Create domain').getByLabel('Prefix').fill('machines')
      const created = 'The domain machines was created.'
      await shown.confirm('Create domain', 'Create domain', created)
      await page.getByText(`${api.endpoint}/domain/machines`, { exact: true }).waitFor()

      await page.getByRole('tab', { name: 'App clients' }).click()
      await shown.button('Create app client').click()
      const client = shown.dialog('Create app client')
      await client.getByLabel('Name', { exact: true }).fill('nightly')
      await client.getByLabel('With a secret').check()
      const done = 'The app client nightly was created.'
      await shown.confirm('Create app client', 'Create app client', done)
      const first = await secretShownBy(shown)
      await page.getByRole('link', { name: 'nightly' }).click()
      await shown.heading('nightly').waitFor()
      const clientId = required(page.url().split('/').at(-1), 'the client ID')
      assert.equal(await tokenBy(clientId, first), 400)

      await shown.button('Edit OAuth').click()
      const oauth = shown.dialog('Edit OAuth')
      await oauth.getByLabel('OAuth flows are allowed').check()
      await oauth.getByLabel('Client credentials').check()
      await oauth.getByLabel('Scopes').fill('orders/read')
      await shown.confirm('Edit OAuth', 'Save changes', 'OAuth: the changes were saved.')
      assert.equal(await tokenBy(clientId, first), 200)

      await shown.button('Add secret').click()
      const added = 'The secret was added. Both secrets are taken now.'
      await shown.confirm('Add client secret', 'Add secret', added)
      const second = await secretShownBy(shown)
      assert.notEqual(second, first)
      const both = [await tokenBy(clientId, first), await tokenBy(clientId, second)]
      assert.deepEqual(both, [200, 200])

      const old = page.getByRole('row').filter({ hasText: 'Old' })
      await old.getByRole('button', { name: 'Delete' }).click()
      const deleted = 'The secret was deleted.'
      await shown.confirm('Delete client secret', 'Delete', deleted, 'delete')
      const after = [await tokenBy(clientId, first), await tokenBy(clientId, second)]
      assert.deepEqual(after, [400, 200])
    }))

  /** The secret that the page shows once; it is gone when the person has copied it. */
  async function secretShownBy(shown: ConsolePage): Promise<string> {
    const text = shown.page.getByText(/^[a-z0-9]{52}$/)
    const secret = await text.innerText()
    await shown.button('I have copied it').click()
    await text.waitFor({ state: 'detached' })
    return secret
  }

  async function tokenBy(client_id: string, client_secret: string): Promise<number> {
    const response = await fetch(`${api.endpoint}/domain/machines/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'client_credentials', client_id, client_secret }),
    })
    await response.text()
    return response.status
  }
})
