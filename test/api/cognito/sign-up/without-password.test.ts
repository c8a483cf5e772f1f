// Users without a password: how they sign up or are created, how they get one, and the sign-in
// that goes on from a sign-up.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminGetUserCommand,
  AdminInitiateAuthCommand,
  AdminResetUserPasswordCommand,
  ChangePasswordCommand,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  ForgotPasswordCommand,
  GetUserAuthFactorsCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import {
  claimsOf,
  PASSWORD,
  startTestApi,
  type TestApi,
  type TestClient,
} from '#test/support/test-api.js'

const INCORRECT = { name: 'NotAuthorizedException', message: 'Incorrect username or password.' }
const NO_SESSION = { name: 'NotAuthorizedException', message: 'Invalid session for the user.' }
const USED = {
  name: 'NotAuthorizedException',
  message: 'Invalid session for the user, session can only be used once.',
}
const ExplicitAuthFlows = [
  'ALLOW_USER_AUTH',
  'ALLOW_USER_PASSWORD_AUTH',
  'ALLOW_REFRESH_TOKEN_AUTH',
] as const

interface Place {
  readonly poolId: string
  readonly app: TestClient
}

describe('users without a password', () => {
  let api: TestApi
  /** Codes by e-mail begin a sign-in. */
  let open: Place
  /** Only passwords do. */
  let closed: Place
  const makePlace = async (
    AllowedFirstAuthFactors: ('PASSWORD' | 'EMAIL_OTP' | 'SMS_OTP' | 'WEB_AUTHN')[],
    more: { readonly UsernameAttributes?: ['email'] } = {},
  ): Promise<Place> => {
    const poolId = await api.makePool({
      AutoVerifiedAttributes: ['email'],
      Policies: { SignInPolicy: { AllowedFirstAuthFactors } },
      ...more,
    })
    const app = await api.makeClient(poolId, { ExplicitAuthFlows: [...ExplicitAuthFlows] })
    return { poolId, app }
  }
  before(async () => {
    api = await startTestApi()
    open = await makePlace(['PASSWORD', 'EMAIL_OTP'])
    closed = await makePlace(['PASSWORD'])
  })
  after(() => api.stop())

  const signUp = ({ app }: Place, Username: string, more: { readonly Password?: string } = {}) =>
    api.cognito.send(
      new SignUpCommand({
        ClientId: app.clientId,
        Username,
        UserAttributes: [
          { Name: 'email', Value: Username.includes('@') ? Username : `${Username}@example.com` },
        ],
        ...more,
      }),
    )
  const confirm = async (
    { poolId, app }: Place,
    Username: string,
    more: { readonly Session?: string | undefined; readonly by?: string } = {},
  ) =>
    api.cognito.send(
      new ConfirmSignUpCommand({
        ClientId: app.clientId,
        Username,
        ConfirmationCode: await api.code(poolId, more.by ?? Username),
        Session: more.Session,
      }),
    )
  const start = (
    { app }: Place,
    AuthParameters: Record<string, string> | undefined,
    Session?: string,
  ) =>
    api.cognito.send(
      new InitiateAuthCommand({
        ClientId: app.clientId,
        AuthFlow: 'USER_AUTH',
        AuthParameters,
        Session,
      }),
    )
  const statusOf = async ({ poolId }: Place, Username: string) =>
    (await api.cognito.send(new AdminGetUserCommand({ UserPoolId: poolId, Username }))).UserStatus
  const create = ({ poolId }: Place, Username: string, TemporaryPassword?: string) =>
    api.cognito.send(
      new AdminCreateUserCommand({
        UserPoolId: poolId,
        Username,
        TemporaryPassword,
        DesiredDeliveryMediums: ['EMAIL'],
        UserAttributes: [
          { Name: 'email', Value: `${Username}@example.com` },
          { Name: 'email_verified', Value: 'true' },
        ],
      }),
    )
  /** Tokens by a code by e-mail. */
  const signInByCode = async (place: Place, USERNAME: string) => {
    const sent = await start(place, { USERNAME, PREFERRED_CHALLENGE: 'EMAIL_OTP' })
    assert.equal(sent.ChallengeName, 'EMAIL_OTP')
    const { AuthenticationResult } = await api.cognito.send(
      new RespondToAuthChallengeCommand({
        ClientId: place.app.clientId,
        ChallengeName: 'EMAIL_OTP',
        Session: sent.Session,
        ChallengeResponses: {
          USERNAME,
          EMAIL_OTP_CODE: await api.code(place.poolId, USERNAME),
        },
      }),
    )
    assert.ok(AuthenticationResult?.AccessToken)
    return AuthenticationResult.AccessToken
  }
  const change = (AccessToken: string, ProposedPassword: string, PreviousPassword?: string) =>
    api.cognito.send(new ChangePasswordCommand({ AccessToken, ProposedPassword, PreviousPassword }))

  test('they sign up where a sign-in can begin without one', async () => {
    const missing = { name: 'InvalidParameterException', message: 'Password is required.' }
    await assert.rejects(signUp(closed, 'ann'), missing)
    await signUp(open, 'ann')
    await signUp(await makePlace(['PASSWORD', 'SMS_OTP']), 'ann')
    await signUp(await makePlace(['PASSWORD', 'WEB_AUTHN']), 'ann')
    // No password is none, and not one that anybody could guess.
    await confirm(open, 'ann')
    assert.deepEqual((await start(open, { USERNAME: 'ann' })).AvailableChallenges, ['EMAIL_OTP'])
    await assert.rejects(api.signIn(open.app, 'ann'), INCORRECT)
    await signInByCode(open, 'ann')
    // One that is given must still be good.
    await assert.rejects(signUp(open, 'ann-short', { Password: 'short' }), {
      name: 'InvalidPasswordException',
    })
  })

  test('an administrator creates them, confirmed at once and without an invitation', async () => {
    const { User } = await create(open, 'ben')
    assert.equal(User?.UserStatus, 'CONFIRMED')
    assert.deepEqual(await api.messages(open.poolId, 'ben'), [])
    await signInByCode(open, 'ben')
    const resent = new AdminCreateUserCommand({
      UserPoolId: open.poolId,
      Username: 'ben',
      MessageAction: 'RESEND',
    })
    await assert.rejects(api.cognito.send(resent), { name: 'UnsupportedUserStateException' })
    const invited = await create(open, 'ben-invited', PASSWORD)
    assert.equal(invited.User?.UserStatus, 'FORCE_CHANGE_PASSWORD')
    assert.equal((await api.messages(open.poolId, 'ben-invited')).length, 1)
    // A passkey needs a sign-in before the first one, so it takes no password's place here.
    for (const place of [closed, await makePlace(['PASSWORD', 'WEB_AUTHN'])]) {
      const created = await create(place, 'ben')
      assert.equal(created.User?.UserStatus, 'FORCE_CHANGE_PASSWORD')
      assert.equal((await api.messages(place.poolId, 'ben')).length, 1)
    }
  })

  test('they choose a first password by the access token, once', async () => {
    await create(open, 'cat')
    const token = await signInByCode(open, 'cat')
    await assert.rejects(change(token, 'short'), { name: 'InvalidPasswordException' })
    await assert.rejects(change(token, PASSWORD, 'Anything-7-at-all'), INCORRECT)
    const outcomes = await Promise.allSettled([
      change(token, PASSWORD),
      change(token, `${PASSWORD}-2`),
    ])
    const failed = outcomes.filter(({ status }) => status === 'rejected')
    assert.equal(failed.length, 1)
    const won = outcomes[0]?.status === 'fulfilled' ? PASSWORD : `${PASSWORD}-2`
    await api.signIn(open.app, 'cat', won)
    // From now on the old one is asked for.
    await assert.rejects(change(token, `${PASSWORD}-3`), INCORRECT)
    await change(token, `${PASSWORD}-3`, won)
    await api.signIn(open.app, 'cat', `${PASSWORD}-3`)
  })

  test('a forgotten password may be the first one', async () => {
    await create(open, 'cleo')
    const token = await signInByCode(open, 'cleo')
    const factors = async () => {
      const asked = new GetUserAuthFactorsCommand({ AccessToken: token })
      return (await api.cognito.send(asked)).ConfiguredUserAuthFactors
    }
    assert.deepEqual(await factors(), ['EMAIL_OTP'])
    const named = { ClientId: open.app.clientId, Username: 'cleo' }
    await api.cognito.send(new ForgotPasswordCommand(named))
    const ConfirmationCode = await api.code(open.poolId, 'cleo')
    await api.cognito.send(
      new ConfirmForgotPasswordCommand({ ...named, ConfirmationCode, Password: PASSWORD }),
    )
    assert.deepEqual(await factors(), ['PASSWORD', 'EMAIL_OTP'])
    await api.signIn(open.app, 'cleo')
  })

  test('a reset by an administrator sends a code for a first one', async () => {
    await create(open, 'cora')
    const named = { UserPoolId: open.poolId, Username: 'cora' }
    await api.cognito.send(new AdminResetUserPasswordCommand(named))
    const ConfirmationCode = await api.code(open.poolId, 'cora')
    const user = await api.cognito.send(new AdminGetUserCommand(named))
    assert.equal(user.UserStatus, 'CONFIRMED')
    await signInByCode(open, 'cora')
    const confirmed = { ClientId: open.app.clientId, Username: 'cora', ConfirmationCode }
    await api.cognito.send(new ConfirmForgotPasswordCommand({ ...confirmed, Password: PASSWORD }))
    await api.signIn(open.app, 'cora')
    // A password that there is now is void.
    await api.cognito.send(new AdminResetUserPasswordCommand(named))
    await assert.rejects(api.signIn(open.app, 'cora'), { name: 'PasswordResetRequiredException' })
  })

  test('a sign-in goes on from a sign-up, once', async () => {
    const { Session: signedUp, UserSub } = await signUp(open, 'dan')
    assert.ok(signedUp)
    // Nothing is proven yet.
    await assert.rejects(start(open, { USERNAME: 'dan' }, signedUp), NO_SESSION)
    const { Session } = await confirm(open, 'dan', { Session: signedUp })
    const { AuthenticationResult, ChallengeName } = await start(open, undefined, Session)
    assert.equal(ChallengeName, undefined)
    const claims = claimsOf(AuthenticationResult?.IdToken ?? '')
    assert.equal(claims['sub'], UserSub)
    assert.equal(claims['email_verified'], true)
    await assert.rejects(start(open, undefined, Session), USED)
  })

  test('also for an administrator, and for a user with a password', async () => {
    await signUp(open, 'eve', { Password: PASSWORD })
    const { Session } = await confirm(open, 'eve')
    const { AuthenticationResult } = await api.cognito.send(
      new AdminInitiateAuthCommand({
        UserPoolId: open.poolId,
        ClientId: open.app.clientId,
        AuthFlow: 'USER_AUTH',
        AuthParameters: { USERNAME: 'eve' },
        Session,
      }),
    )
    assert.ok(AuthenticationResult?.AccessToken)
  })

  test('a name that was typed as an address names the user', async () => {
    const place = await makePlace(['PASSWORD', 'EMAIL_OTP'], { UsernameAttributes: ['email'] })
    const USERNAME = 'fay@example.com'
    const { UserSub } = await signUp(place, USERNAME)
    assert.ok(UserSub)
    const { Session } = await confirm(place, USERNAME, { by: UserSub })
    assert.ok((await start(place, { USERNAME }, Session)).AuthenticationResult)
  })

  test('what the code has proven must be a way to begin', async () => {
    await signUp(closed, 'gus', { Password: PASSWORD })
    const { Session } = await confirm(closed, 'gus')
    const asked = await start(closed, { USERNAME: 'gus' }, Session)
    assert.equal(asked.ChallengeName, 'SELECT_CHALLENGE')
    assert.deepEqual(asked.AvailableChallenges, ['PASSWORD_SRP', 'PASSWORD'])
    const client = await api.makeClient(open.poolId)
    const plain = { poolId: open.poolId, app: client }
    const { Session: none } = await signUp(plain, 'gus', { Password: PASSWORD })
    assert.equal(none, undefined)
    assert.equal((await confirm(plain, 'gus')).Session, undefined)
  })

  test('a session is for its user, its client and its pool, and not for a long time', async () => {
    const { Session: signedUp } = await signUp(open, 'hal')
    await signUp(open, 'ivy')
    for (const Session of [signedUp, 'x'.repeat(40)]) {
      await assert.rejects(confirm(open, 'ivy', { Session }), NO_SESSION)
    }
    assert.equal(await statusOf(open, 'ivy'), 'UNCONFIRMED')
    // A code that comes late confirms all the same.
    const confirmed = await api.atLater(4 * 60_000, () =>
      confirm(open, 'hal', { Session: signedUp }),
    )
    const { Session } = await confirm(open, 'ivy')
    const other = await api.makeClient(open.poolId, { ExplicitAuthFlows: [...ExplicitAuthFlows] })
    for (const [place, USERNAME] of [
      [open, 'hal'],
      [{ ...open, app: other }, 'ivy'],
      [closed, 'ivy'],
    ] as const) {
      await assert.rejects(start(place, { USERNAME }, Session), NO_SESSION)
    }
    await assert.rejects(start(open, { USERNAME: 'ivy' }, 'x'.repeat(40)), NO_SESSION)
    assert.ok(confirmed.Session)
    await signUp(open, 'joe')
    const { Session: old } = await confirm(open, 'joe')
    await api.atLater(4 * 60_000, () =>
      assert.rejects(start(open, { USERNAME: 'joe' }, old), {
        message: 'Invalid session for the user, session is expired.',
      }),
    )
    const disable = { UserPoolId: open.poolId, Username: 'ivy' }
    await api.cognito.send(new AdminDisableUserCommand(disable))
    await assert.rejects(start(open, { USERNAME: 'ivy' }, Session), {
      message: 'User is disabled.',
    })
  })
})
