// A name without a user costs what a name with one costs: the same number of statements, since on a
// network each is a wait that distinguishes the two. Statements are counted, not time.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminDisableUserCommand,
  ConfirmForgotPasswordCommand,
  ForgotPasswordCommand,
  InitiateAuthCommand,
  ResendConfirmationCodeCommand,
  RespondToAuthChallengeCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { SrpClient } from '#test/support/srp-client.js'
import { watchStatements } from '#test/support/statements.js'
import {
  failure,
  PASSWORD,
  startTestApi,
  type TestApi,
  type TestClient,
} from '#test/support/test-api.js'

const ABSENT_SUB = '3f6d2a10-8a55-4c53-9b0e-0d1c2b3a4f5e'
/** The work of timers adds statements to some of the tries, never takes any away. */
const TRIES = 4

describe('names without a user', () => {
  let api: TestApi
  let client: TestClient
  let made = 0
  before(async () => {
    api = await startTestApi({ beatMs: 60_000, limits: { codesPerHourMax: 1000 } })
    const poolId = await api.makePool({ AliasAttributes: ['email', 'preferred_username'] })
    client = await api.makeClient(poolId, { PreventUserExistenceErrors: 'ENABLED' })
  })
  after(() => api.stop())

  /** The fewest statements of a call, each time for another name, so that none of them locks. */
  async function statementsOf(
    names: readonly string[],
    call: (name: string) => Promise<unknown>,
  ): Promise<number> {
    const [first = '', ...others] = names
    await call(first)
    let fewest = Number.POSITIVE_INFINITY
    for (const name of others) {
      const watch = watchStatements()
      await call(name)
      watch.stop()
      fewest = Math.min(fewest, watch.statements)
    }
    return fewest
  }

  /** Users of their own for a test, by what they are known under. */
  async function makeNames(kind: 'username' | 'email' | 'sub') {
    const held: string[] = []
    const absent: string[] = []
    for (let n = 0; n < TRIES; n += 1) {
      made += 1
      const username = `user${made}`
      const email = `${username}@example.com`
      const sub = await api.makeUser(client.poolId, username, { email, email_verified: 'true' })
      held.push({ username, email, sub }[kind])
      const absentSub = ABSENT_SUB.slice(0, -3) + String(made).padStart(3, '0')
      absent.push({ username: `no${username}`, email: `no${email}`, sub: absentSub }[kind])
    }
    return { held, absent }
  }

  const wrong = failure('NotAuthorizedException', 'Incorrect username or password.')
  const password = (USERNAME: string) =>
    assert.rejects(
      api.cognito.send(
        new InitiateAuthCommand({
          ClientId: client.clientId,
          AuthFlow: 'USER_PASSWORD_AUTH',
          AuthParameters: { USERNAME, PASSWORD: 'Wrong-password-1' },
        }),
      ),
      wrong,
    )
  const srpStart = (USERNAME: string) =>
    api.cognito.send(
      new InitiateAuthCommand({
        ClientId: client.clientId,
        AuthFlow: 'USER_SRP_AUTH',
        AuthParameters: { USERNAME, SRP_A: new SrpClient().publicA },
      }),
    )
  const srpWhole = async (USERNAME: string) => {
    const { ChallengeParameters: given } = await srpStart(USERNAME)
    await assert.rejects(
      api.cognito.send(
        new RespondToAuthChallengeCommand({
          ClientId: client.clientId,
          ChallengeName: 'PASSWORD_VERIFIER',
          ChallengeResponses: {
            USERNAME,
            PASSWORD_CLAIM_SECRET_BLOCK: required(given?.['SECRET_BLOCK'], 'block'),
            PASSWORD_CLAIM_SIGNATURE: Buffer.alloc(32).toString('base64'),
            TIMESTAMP: 'Thu Jan 1 00:00:00 UTC 2026',
          },
        }),
      ),
      wrong,
    )
  }
  const forgot = (Username: string) =>
    api.cognito.send(new ForgotPasswordCommand({ ClientId: client.clientId, Username }))
  const resend = (Username: string) =>
    api.cognito.send(new ResendConfirmationCodeCommand({ ClientId: client.clientId, Username }))
  const confirmForgot = (Username: string) =>
    assert.rejects(
      api.cognito.send(
        new ConfirmForgotPasswordCommand({
          ClientId: client.clientId,
          Username,
          ConfirmationCode: '000000',
          Password: 'Correct-horse-7-battery',
        }),
      ),
    )

  const disable = async (names: readonly string[]) => {
    for (const Username of names) {
      const user = { UserPoolId: client.poolId, Username }
      await api.cognito.send(new AdminDisableUserCommand(user))
    }
  }

  const calls = { password, srpStart, srpWhole, forgot, confirmForgot, resend }
  // What a call takes at least: a check that sees nothing counts nothing.
  const atLeast = { password: 2, srpStart: 1, srpWhole: 3, forgot: 3, confirmForgot: 2, resend: 3 }

  for (const [what, call] of Object.entries(calls)) {
    for (const kind of ['username', 'email', 'sub'] as const) {
      test(`${what} by ${kind}`, async () => {
        const names = await makeNames(kind)
        // A confirmed user learns it; a disabled one is hidden.
        if (what === 'resend') await disable(names.held)
        const held = await statementsOf(names.held, call)
        assert.equal(await statementsOf(names.absent, call), held)
        assert.ok(held >= atLeast[what as keyof typeof atLeast], `${held} statements`)
      })
    }
  }

  test('a sign-up does not tell whose the address is, nor by its statements', async () => {
    let signedUp = 0
    const signUp = async (email: string) => {
      signedUp += 1
      const { UserConfirmed, CodeDeliveryDetails } = await api.cognito.send(
        new SignUpCommand({
          ClientId: client.clientId,
          Username: `newcomer${signedUp}`,
          Password: PASSWORD,
          UserAttributes: [{ Name: 'email', Value: email }],
        }),
      )
      assert.deepEqual([UserConfirmed, CodeDeliveryDetails], [false, undefined])
    }
    const names = await makeNames('email')
    const held = await statementsOf(names.held, signUp)
    assert.equal(await statementsOf(names.absent, signUp), held)
    assert.ok(held >= 1, `${held} statements`)
  })

  test('a sign-in is one statement, and two by SRP, until a password is wrong', async () => {
    const { held } = await makeNames('username')
    assert.equal(await statementsOf(held, (name) => api.signIn(client, name)), 1)
    assert.equal(await statementsOf(held, srpStart), 1)
  })
})
