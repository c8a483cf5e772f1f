// Passwords that others know: at sign-ups, changes and sign-ins.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminConfirmSignUpCommand,
  AdminCreateUserCommand,
  ChangePasswordCommand,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  ForgotPasswordCommand,
  RespondToAuthChallengeCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { failure, PASSWORD, startTestApi, type TestApi } from '#test/support/test-api.js'
import { compromised, KNOWN, riskPlaces, WRONG } from './places.js'
import { signInBy, waitForEvents } from './protected.js'

const RESET = failure('PasswordResetRequiredException', 'Password reset required for the user')
const COMMON = 'Password1!'

describe('passwords that others know', () => {
  let api: TestApi
  let places: ReturnType<typeof riskPlaces>
  before(async () => {
    api = await startTestApi({ beatMs: 60_000, limits: { codesPerHourMax: 100 } })
    places = riskPlaces(api)
  })
  after(() => api.stop())

  test('a known password is not taken by sign-ups and changes', async () => {
    const app = await places.makePlace(compromised('BLOCK'))
    const { clientId: ClientId, poolId } = app
    const signUp = (Password: string) =>
      api.cognito.send(new SignUpCommand({ ClientId, Username: 'new', Password }))
    await assert.rejects(signUp(COMMON), KNOWN)
    await signUp(PASSWORD)

    const username = await places.makeUser(app)
    const { access: AccessToken } = await api.signIn(app, username)
    const change = (ProposedPassword: string) =>
      api.cognito.send(
        new ChangePasswordCommand({ AccessToken, PreviousPassword: PASSWORD, ProposedPassword }),
      )
    await assert.rejects(change(COMMON), KNOWN)
    await api.cognito.send(new ForgotPasswordCommand({ ClientId, Username: username }))
    const ConfirmationCode = await api.code(poolId, username)
    const reset = (Password: string, Username = username) =>
      api.cognito.send(
        new ConfirmForgotPasswordCommand({ ClientId, Username, ConfirmationCode, Password }),
      )
    await assert.rejects(reset(COMMON), KNOWN)
    await assert.rejects(reset(COMMON, 'nobody'), KNOWN)
    // The code is good still.
    await reset(`${PASSWORD}-2`)
  })

  test('a known password signs nobody in, and only who has it learns of it', async () => {
    const app = await places.makePlace(compromised('BLOCK', ['SIGN_IN']))
    const { clientId: ClientId } = app
    const Username = 'new'
    const UserAttributes = [{ Name: 'email', Value: `${Username}@example.com` }]
    await api.cognito.send(
      new SignUpCommand({ ClientId, Username, Password: COMMON, UserAttributes }),
    )
    const code = await api.code(app.poolId, Username)
    await api.cognito.send(new ConfirmSignUpCommand({ ClientId, Username, ConfirmationCode: code }))
    await assert.rejects(
      signInBy(api.cognito, app, { username: Username, password: COMMON }),
      RESET,
    )
    const wrong = { username: Username, password: 'Sunshine1!' }
    await assert.rejects(signInBy(api.cognito, app, wrong), WRONG)
    await assert.rejects(signInBy(api.cognito, app, { ...wrong, username: 'nobody' }), WRONG)
    const events = await waitForEvents(api.cognito, { poolId: app.poolId, username: Username }, 3)
    const seen = events.map(
      ({ EventType, EventResponse, EventRisk }) =>
        `${EventType} ${EventResponse} ${EventRisk?.CompromisedCredentialsDetected}`,
    )
    assert.deepEqual(seen, ['SignIn Fail false', 'SignIn Fail true', 'SignUp Pass false'])
    // The way back: another password.
    await api.cognito.send(new ForgotPasswordCommand({ ClientId, Username }))
    const ConfirmationCode = await api.code(app.poolId, Username)
    const Password = PASSWORD
    await api.cognito.send(
      new ConfirmForgotPasswordCommand({ ClientId, Username, ConfirmationCode, Password }),
    )
    await api.signIn(app, Username)
  })

  test('NO_ACTION and AUDIT only note that a password is known', async () => {
    for (const [app, what] of [
      [await places.makePlace(compromised('NO_ACTION')), 'NO_ACTION'],
      [await places.makePlace(compromised('BLOCK'), 'AUDIT'), 'AUDIT'],
    ] as const) {
      const Username = 'new'
      const { clientId: ClientId, poolId } = app
      await api.cognito.send(new SignUpCommand({ ClientId, Username, Password: COMMON }))
      await api.cognito.send(new AdminConfirmSignUpCommand({ UserPoolId: poolId, Username }))
      await signInBy(api.cognito, app, { username: Username, password: COMMON })
      const events = await waitForEvents(api.cognito, { poolId, username: Username }, 2)
      assert.deepEqual(
        events.map(({ EventRisk }) => EventRisk?.CompromisedCredentialsDetected),
        [true, true],
        what,
      )
    }
  })

  test('the first password of an invited user is not a known one', async () => {
    const { poolId: UserPoolId, clientId: ClientId } = await places.makePlace(compromised('BLOCK'))
    const Username = 'invited'
    await api.cognito.send(
      new AdminCreateUserCommand({
        UserPoolId,
        Username,
        TemporaryPassword: PASSWORD,
        MessageAction: 'SUPPRESS',
      }),
    )
    const app = { poolId: UserPoolId, clientId: ClientId, secret: undefined }
    const { Session } = await signInBy(api.cognito, app, { username: Username })
    const choose = (NEW_PASSWORD: string) =>
      api.cognito.send(
        new RespondToAuthChallengeCommand({
          ClientId,
          ChallengeName: 'NEW_PASSWORD_REQUIRED',
          Session,
          ChallengeResponses: { USERNAME: Username, NEW_PASSWORD },
        }),
      )
    await assert.rejects(choose(COMMON), KNOWN)
    assert.ok((await choose(`${PASSWORD}-2`)).AuthenticationResult)
  })
})
