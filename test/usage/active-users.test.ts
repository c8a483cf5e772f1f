// Who is an active user of a month: by operations that name a user and end well, through the API.
// Users are imported, which makes nobody active, so that each operation is seen by itself.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminAddUserToGroupCommand,
  AdminDeleteUserCommand,
  AdminGetUserCommand,
  AdminResetUserPasswordCommand,
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  AdminUserGlobalSignOutCommand,
  ConfirmSignUpCommand,
  CreateGroupCommand,
  ForgotPasswordCommand,
  InitiateAuthCommand,
  ListUsersCommand,
  RevokeTokenCommand,
  SignUpCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import type { Sql } from 'postgres'
import { statementChannel } from '#adapters/postgres/connection/connection.js'
import { required } from '#base/assert.js'
import { monthOf } from '#domain/usage/month.js'
import { HASHED_PASSWORD, PASSWORD_HASHES } from '#test/support/password-hashes.js'
import {
  attributesOf,
  failure,
  PASSWORD,
  startTestApi,
  type TestApi,
  type TestClient,
} from '#test/support/test-api.js'
import { csv, IMPORT_HEADER, importFile, importRow } from '#test/support/user-imports.js'
import { waitFor } from '#test/support/wait.js'

/** Longer than any month, so that each is another one. */
const MONTH_MS = 32 * 24 * 60 * 60 * 1000
const HASHED = [...IMPORT_HEADER, 'password_hash']
const [HASH] = PASSWORD_HASHES.BCRYPT
const NAMES = 'get set attribute group out forgot list reset in srp wrong gone'.split(' ')

describe('active users', () => {
  let api: TestApi
  let sql: Sql
  let poolId: string
  let client: TestClient
  /** By name. */
  const subs = new Map<string, string>()

  before(async () => {
    api = await startTestApi()
    sql = api.openSql()
    poolId = await api.makePool({ AutoVerifiedAttributes: ['email'] })
    client = await api.makeClient(poolId, { RefreshTokenValidity: 3650 })
    const rows = NAMES.map((name) => importRow(name, { password_hash: HASH }))
    const job = await importFile(api, poolId, csv(rows, HASHED), 'BCRYPT')
    assert.equal(job.ImportedUsers, NAMES.length)
    const { Users } = await api.cognito.send(new ListUsersCommand({ UserPoolId: poolId }))
    for (const { Username = '', Attributes } of Users ?? []) {
      subs.set(Username, attributesOf(Attributes)['sub'] ?? '')
    }
  })
  after(() => api.stop())

  const user = (Username: string) => ({ UserPoolId: poolId, Username })
  const subOf = (name: string) => required(subs.get(name), name)

  const monthsOf = async (sub: string) =>
    (
      await sql<{ month: string; tier: string }[]>`
        select to_char(month, 'YYYY-MM') || ' ' || tier as month from monthly_active_users
         where user_pool_id = ${poolId} and sub = ${sub} order by month`
    ).map(({ month }) => month)

  /** Waits until all that was noted is written: a user who comes last is. */
  async function written(): Promise<void> {
    const last = await api.makeUser(poolId, `last-${crypto.randomUUID()}`)
    await waitFor(async () => (await monthsOf(last)).length === 1, { what: 'the last user' })
  }

  const start = (AuthFlow: 'USER_PASSWORD_AUTH' | 'USER_SRP_AUTH', parameters: object) =>
    api.cognito.send(
      new InitiateAuthCommand({
        ClientId: client.clientId,
        AuthFlow,
        AuthParameters: { ...parameters },
      }),
    )

  const signIn = (name: string) => api.signIn(client, name, HASHED_PASSWORD)

  test('administrators make users active by reading and changing them', async () => {
    const { cognito } = api
    await cognito.send(new CreateGroupCommand({ UserPoolId: poolId, GroupName: 'staff' }))
    const calls = {
      get: () => cognito.send(new AdminGetUserCommand(user('get'))),
      set: () =>
        cognito.send(new AdminSetUserPasswordCommand({ ...user('set'), Password: PASSWORD })),
      attribute: () =>
        cognito.send(
          new AdminUpdateUserAttributesCommand({
            ...user('attribute'),
            UserAttributes: [{ Name: 'given_name', Value: 'Ada' }],
          }),
        ),
      group: () =>
        cognito.send(new AdminAddUserToGroupCommand({ ...user('group'), GroupName: 'staff' })),
      out: () => cognito.send(new AdminUserGlobalSignOutCommand(user('out'))),
      forgot: () =>
        cognito.send(new ForgotPasswordCommand({ ClientId: client.clientId, Username: 'forgot' })),
      in: () => signIn('in'),
    }
    for (const [name, call] of Object.entries(calls)) {
      assert.deepEqual(await monthsOf(subOf(name)), [], name)
      await call()
    }
    await written()
    for (const name of Object.keys(calls)) {
      assert.deepEqual(await monthsOf(subOf(name)), [`${monthOf(Date.now())} ESSENTIALS`], name)
    }
  })

  test('an import, a list, a reset, a wrong password and a mere beginning do not', async () => {
    await api.cognito.send(new ListUsersCommand({ UserPoolId: poolId }))
    await api.cognito.send(new AdminResetUserPasswordCommand(user('reset')))
    await assert.rejects(
      start('USER_PASSWORD_AUTH', { USERNAME: 'wrong', PASSWORD: 'no' }),
      failure('NotAuthorizedException'),
    )
    await start('USER_SRP_AUTH', { USERNAME: 'srp', SRP_A: 'a1b2c3' })
    // A change that fails makes nobody active, though its user is known.
    await assert.rejects(
      api.cognito.send(new AdminSetUserPasswordCommand({ ...user('wrong'), Password: 'short' })),
      failure('InvalidPasswordException'),
    )
    await written()
    for (const name of ['list', 'reset', 'wrong', 'srp', 'gone']) {
      assert.deepEqual(await monthsOf(subOf(name)), [], name)
    }
  })

  test('a sign-up and its confirmation count, each in its month', async () => {
    const { clientId: ClientId } = client
    const { UserSub = '' } = await api.cognito.send(
      new SignUpCommand({
        ...{ ClientId, Username: 'new', Password: PASSWORD },
        UserAttributes: [{ Name: 'email', Value: 'new@example.com' }],
      }),
    )
    const ConfirmationCode = await api.code(poolId, 'new')
    const confirm = new ConfirmSignUpCommand({ ClientId, Username: 'new', ConfirmationCode })
    await assert.rejects(
      api.cognito.send(
        new ConfirmSignUpCommand({ ClientId, Username: 'new', ConfirmationCode: '000000' }),
      ),
      failure('CodeMismatchException'),
    )
    await api.cognito.send(confirm)
    await written()
    assert.equal((await monthsOf(UserSub)).length, 1)
  })

  test('a renewal and a revocation count in later months', async () => {
    const nowMs = Date.now()
    const { refresh } = await signIn('in')
    await api.atLater(MONTH_MS, () =>
      api.cognito.send(
        new InitiateAuthCommand({
          ...{ ClientId: client.clientId, AuthFlow: 'REFRESH_TOKEN_AUTH' },
          AuthParameters: { REFRESH_TOKEN: refresh },
        }),
      ),
    )
    await api.atLater(2 * MONTH_MS, () =>
      api.cognito.send(new RevokeTokenCommand({ ClientId: client.clientId, Token: refresh })),
    )
    await written()
    const expected = [0, 1, 2].map((months) => `${monthOf(nowMs + months * MONTH_MS)} ESSENTIALS`)
    assert.deepEqual(await monthsOf(subOf('in')), expected)
  })

  test('of the tiers of a month the highest counts', async () => {
    const change = (UserPoolTier: 'PLUS' | 'ESSENTIALS') =>
      api.cognito.send(
        new UpdateUserPoolCommand({
          ...{ UserPoolId: poolId, UserPoolTier, AutoVerifiedAttributes: ['email'] },
        }),
      )
    await change('PLUS')
    await api.cognito.send(new AdminGetUserCommand(user('get')))
    await written()
    await change('ESSENTIALS')
    await api.cognito.send(new AdminGetUserCommand(user('get')))
    await written()
    const month = monthOf(Date.now())
    assert.deepEqual(await monthsOf(subOf('get')), [`${month} PLUS`])
    assert.deepEqual(await monthsOf(subOf('set')), [`${month} ESSENTIALS`])
  })

  test('a user who is deleted was active all the same', async () => {
    await signIn('gone')
    await api.cognito.send(new AdminDeleteUserCommand(user('gone')))
    await written()
    assert.equal((await monthsOf(subOf('gone'))).length, 1)
  })

  test('a repeated sign-in takes no statement', async () => {
    let statements = 0
    const see = () => {
      if (new Error('a statement').stack?.includes('addActiveUsers')) statements += 1
    }
    await api.makeUser(poolId, 'often')
    await written()
    statementChannel.subscribe(see)
    try {
      for (let n = 0; n < 5; n += 1) await api.signIn(client, 'often')
      await written()
      // That of the user whom `written` waits for.
      assert.equal(statements, 1)
    } finally {
      statementChannel.unsubscribe(see)
    }
  })
})
