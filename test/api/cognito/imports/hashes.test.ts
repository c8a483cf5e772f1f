// Password hashes in a user import: the password from before signs in, at once and by itself.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminGetUserCommand,
  AdminInitiateAuthCommand,
  AdminResetUserPasswordCommand,
  AdminSetUserPasswordCommand,
  ChangePasswordCommand,
  InitiateAuthCommand,
  type PasswordHashingAlgorithmType,
  RespondToAuthChallengeCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import type { Logger } from '#base/log.js'
import { signInBySrp } from '#cli/demo/people.js'
import { HASHED_PASSWORD, PASSWORD_HASHES } from '#test/support/password-hashes.js'
import {
  failure,
  notAuthorized,
  PASSWORD,
  startTestApi,
  type TestApi,
  type TestClient,
} from '#test/support/test-api.js'
import {
  csv,
  IMPORT_HEADER,
  importFile,
  importLog,
  importRow,
  outcomeOf,
} from '#test/support/user-imports.js'

const HEADER = [...IMPORT_HEADER, 'password_hash']
const ALGORITHMS = Object.keys(PASSWORD_HASHES) as PasswordHashingAlgorithmType[]
const BCRYPT = PASSWORD_HASHES.BCRYPT[0]
const INCORRECT = notAuthorized('Incorrect username or password.')

const logged: string[] = []
const note = (message: string, fields?: unknown) => {
  logged.push(JSON.stringify([message, fields]))
}
const log: Logger = { debug: note, info: note, warn: note, error: note }

let api: TestApi
before(async () => {
  api = await startTestApi({ log })
})
after(() => api.stop())

const escaped = (hash: string) => hash.replaceAll(',', '\\,')
const hashed = (name: string, hash: string) => importRow(name, { password_hash: escaped(hash) })
const verified = () => api.makePool({ AutoVerifiedAttributes: ['email'] })

function signIn(client: TestClient, username: string, password: string) {
  return api.cognito.send(
    new InitiateAuthCommand({
      ClientId: client.clientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: username, PASSWORD: password },
    }),
  )
}

function bySrp(client: TestClient, username: string, password = HASHED_PASSWORD) {
  const pool = { userPoolId: client.poolId, clientId: client.clientId }
  return signInBySrp(api.endpoint, pool, username, password)
}

async function storedUser(poolId: string, username: string) {
  const { UserAttributes } = await api.cognito.send(
    new AdminGetUserCommand({ UserPoolId: poolId, Username: username }),
  )
  const sub = required(UserAttributes?.find(({ Name }) => Name === 'sub')?.Value, 'sub')
  const [row] = await api.openSql()<{ bytes: number; version: number }[]>`
    select length(credential_sealed) as bytes, version from users
     where user_pool_id = ${poolId} and sub = ${sub}`
  return required(row, 'row')
}

/** A pool with one user of this name, known by a hash; the client's callers know who exists. */
async function poolWith(name: string, algorithm: PasswordHashingAlgorithmType = 'BCRYPT') {
  const poolId = await verified()
  const file = csv([hashed(name, PASSWORD_HASHES[algorithm][0])], HEADER)
  const job = await importFile(api, poolId, file, algorithm)
  assert.deepEqual(outcomeOf(job).users, [1, 0, 0])
  assert.equal(job.PasswordHashingAlgorithm, algorithm)
  return { poolId, client: await api.makeClient(poolId) }
}

describe('the first sign-in with the password', () => {
  for (const algorithm of ALGORITHMS) {
    test(`${algorithm}: replaces the hash, and SRP works from then on`, async () => {
      const { poolId, client } = await poolWith('ada', algorithm)
      const user = { UserPoolId: poolId, Username: 'ada' }
      const { UserStatus } = await api.cognito.send(new AdminGetUserCommand(user))
      assert.equal(UserStatus, 'CONFIRMED')
      await assert.rejects(bySrp(client, 'ada'), INCORRECT)
      await assert.rejects(signIn(client, 'ada', 'Correct-Horse-7e'), INCORRECT)
      const before = await storedUser(poolId, 'ada')
      const { AuthenticationResult } = await signIn(client, 'ada', HASHED_PASSWORD)
      assert.ok(AuthenticationResult?.AccessToken)
      const replaced = await storedUser(poolId, 'ada')
      assert.equal(replaced.version, before.version + 1)
      assert.ok(replaced.bytes > 400 && before.bytes < 300)
      await bySrp(client, 'ada')
      await assert.rejects(bySrp(client, 'ada', 'Correct-Horse-7e'), INCORRECT)
      await signIn(client, 'ada', HASHED_PASSWORD)
      assert.equal((await storedUser(poolId, 'ada')).version, replaced.version)
    })
  }

  test('ten at once succeed, and one of them writes', async () => {
    const { poolId, client } = await poolWith('ada')
    const before = await storedUser(poolId, 'ada')
    const all = Array.from({ length: 10 }, () => signIn(client, 'ada', HASHED_PASSWORD))
    for (const { AuthenticationResult } of await Promise.all(all)) assert.ok(AuthenticationResult)
    assert.equal((await storedUser(poolId, 'ada')).version, before.version + 1)
  })

  test('may be an administrator’s, or by choice', async () => {
    const poolId = await api.makePool({
      AutoVerifiedAttributes: ['email'],
      Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD'] } },
    })
    const rows = [hashed('ada', BCRYPT), hashed('bob', BCRYPT)]
    await importFile(api, poolId, csv(rows, HEADER), 'BCRYPT')
    const { clientId: ClientId } = await api.makeClient(poolId, {
      ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_ADMIN_USER_PASSWORD_AUTH'],
    })
    const byAdmin = await api.cognito.send(
      new AdminInitiateAuthCommand({
        UserPoolId: poolId,
        ClientId,
        AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: 'ada', PASSWORD: HASHED_PASSWORD },
      }),
    )
    assert.ok(byAdmin.AuthenticationResult)
    const choose = (PASSWORD: string) =>
      api.cognito.send(
        new InitiateAuthCommand({
          ClientId,
          AuthFlow: 'USER_AUTH',
          AuthParameters: { USERNAME: 'bob', PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD },
        }),
      )
    await assert.rejects(choose('Wrong-horse-1'), INCORRECT)
    assert.ok((await choose(HASHED_PASSWORD)).AuthenticationResult)
    for (const name of ['ada', 'bob']) assert.ok((await storedUser(poolId, name)).bytes > 400)
  })

  test('of a user who is told to reset opens nothing', async () => {
    const { poolId, client } = await poolWith('ada')
    await api.cognito.send(
      new AdminResetUserPasswordCommand({ UserPoolId: poolId, Username: 'ada' }),
    )
    await assert.rejects(
      signIn(client, 'ada', HASHED_PASSWORD),
      failure('PasswordResetRequiredException'),
    )
    await assert.rejects(signIn(client, 'ada', 'Wrong-horse-1'), INCORRECT)
  })

  test('wrong passwords count, and lock', async () => {
    const { client } = await poolWith('ada')
    for (let tries = 0; tries < 5; tries += 1) {
      await assert.rejects(signIn(client, 'ada', `Wrong-horse-${tries}`), INCORRECT)
    }
    const locked = notAuthorized('Password attempts exceeded')
    await assert.rejects(signIn(client, 'ada', HASHED_PASSWORD), locked)
  })

  test('another password that was set meanwhile is the only one', async () => {
    const { poolId, client } = await poolWith('ada')
    const set = { UserPoolId: poolId, Username: 'ada', Password: PASSWORD, Permanent: true }
    await api.cognito.send(new AdminSetUserPasswordCommand(set))
    await assert.rejects(signIn(client, 'ada', HASHED_PASSWORD), INCORRECT)
    await signIn(client, 'ada', PASSWORD)
  })
})

test('who signs in by a code has a password all the same, and proves it to change it', async () => {
  const poolId = await api.makePool({
    AutoVerifiedAttributes: ['email'],
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } },
  })
  await importFile(api, poolId, csv([hashed('ada', BCRYPT)], HEADER), 'BCRYPT')
  const client = await api.makeClient(poolId, { ExplicitAuthFlows: ['ALLOW_USER_AUTH'] })
  const { clientId: ClientId } = client
  const begun = await api.cognito.send(
    new InitiateAuthCommand({
      ClientId,
      AuthFlow: 'USER_AUTH',
      AuthParameters: { USERNAME: 'ada', PREFERRED_CHALLENGE: 'EMAIL_OTP' },
    }),
  )
  const code = await api.code(poolId, 'ada')
  const { AuthenticationResult } = await api.cognito.send(
    new RespondToAuthChallengeCommand({
      ClientId,
      ChallengeName: 'EMAIL_OTP',
      Session: begun.Session,
      ChallengeResponses: { USERNAME: 'ada', EMAIL_OTP_CODE: code },
    }),
  )
  const AccessToken = required(AuthenticationResult?.AccessToken, 'access token')
  const change = (PreviousPassword?: string) =>
    api.cognito.send(
      new ChangePasswordCommand({ AccessToken, PreviousPassword, ProposedPassword: PASSWORD }),
    )
  await assert.rejects(change(), INCORRECT)
  await assert.rejects(change('Wrong-horse-1'), INCORRECT)
  await change(HASHED_PASSWORD)
  assert.ok((await storedUser(poolId, 'ada')).bytes > 400)
})

test('lines whose hash is none fail; a line without one makes a user who resets', async () => {
  const poolId = await verified()
  const rows = [
    hashed('ada', BCRYPT),
    hashed('bob', BCRYPT.replace('$05$', '$13$')),
    hashed('carl', 'password'),
    hashed('dina', PASSWORD_HASHES.SCRYPT[0]),
    importRow('emma'),
  ]
  const job = await importFile(api, poolId, csv(rows, HEADER), 'BCRYPT')
  assert.deepEqual(outcomeOf(job), { status: 'Succeeded', message: undefined, users: [2, 0, 3] })
  assert.deepEqual(await importLog(api, job), [
    '[SUCCEEDED] Line Number 2 - The import succeeded.',
    '[FAILED] Line Number 3 - The cost of the BCRYPT password hash is too high.',
    '[FAILED] Line Number 4 - The password hash is not a valid BCRYPT hash.',
    '[FAILED] Line Number 5 - The password hash is not a valid BCRYPT hash.',
    '[SUCCEEDED] Line Number 6 - The import succeeded.',
  ])
  const emma = new AdminGetUserCommand({ UserPoolId: poolId, Username: 'emma' })
  assert.equal((await api.cognito.send(emma)).UserStatus, 'RESET_REQUIRED')
})

test('a job with hashes needs their column; one without leaves them out', async () => {
  const poolId = await verified()
  const without = await importFile(api, poolId, csv([importRow('ada')]), 'ARGON2ID')
  assert.deepEqual(outcomeOf(without), {
    status: 'Failed',
    message: 'The CSV header does not have the column password_hash.',
    users: [0, 0, 0],
  })
  const left = await importFile(api, poolId, csv([hashed('ada', BCRYPT)], HEADER))
  assert.deepEqual([left.Status, left.PasswordHashingAlgorithm], ['Succeeded', undefined])
  const client = await api.makeClient(poolId)
  const reset = failure('PasswordResetRequiredException')
  await assert.rejects(signIn(client, 'ada', HASHED_PASSWORD), reset)
})

test('no hash and no password is in a table or in a line of the log', async () => {
  const { client } = await poolWith('ada')
  await assert.rejects(signIn(client, 'ada', 'Wrong-horse-1'), INCORRECT)
  await signIn(client, 'ada', HASHED_PASSWORD)
  const secrets = [BCRYPT, BCRYPT.slice(29), HASHED_PASSWORD, 'Wrong-horse-1']
  const sql = api.openSql()
  const tables = await sql<{ name: string }[]>`
    select table_name as name from information_schema.tables
     where table_schema = 'public' and table_type = 'BASE TABLE'`
  assert.ok(tables.length > 20)
  let rows = 0
  for (const { name } of tables) {
    for (const { row } of await sql<{ row: string }[]>`select t::text as row from ${sql(name)} t`) {
      rows += 1
      for (const secret of secrets) {
        assert.ok(!row.includes(secret), name)
        assert.ok(!row.includes(Buffer.from(secret).toString('hex')), name)
      }
    }
  }
  assert.ok(rows > 50 && logged.length > 10)
  for (const line of logged) assert.ok(!secrets.some((secret) => line.includes(secret)), line)
})
