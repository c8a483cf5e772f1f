// Every status of a user with every operation that may change it: the status after, or the error,
// after which the status is what it was.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminConfirmSignUpCommand,
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminGetUserCommand,
  AdminResetUserPasswordCommand,
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  ChangePasswordCommand,
  type CognitoIdentityProviderClient,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  ForgotPasswordCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import {
  attributeList,
  PASSWORD,
  startTestApi,
  type TestApi,
  type TestClient,
} from '#test/support/test-api.js'

const NEXT = 'Another-horse-8-stable'
const TEMPORARY = 'Temporary-horse-9-box'

const STATES = [
  'absent',
  'UNCONFIRMED',
  'CONFIRMED',
  'RESET_REQUIRED',
  'FORCE_CHANGE_PASSWORD',
] as const
type State = (typeof STATES)[number]

/** A user in some state, with what the user got hold of on the way there. */
interface Prepared {
  readonly Username: string
  /** The newest code or, without one, something of the form of a code. */
  readonly code: string
  /** A session of the challenge NEW_PASSWORD_REQUIRED. */
  readonly session: string
  readonly accessToken: string
}

type Row = Readonly<Record<State, string>>

const ABSENT = 'UserNotFoundException: User does not exist.'
const UNKNOWN = 'UserNotFoundException: Username/client id combination not found.'
const EXISTS = 'UsernameExistsException: User already exists'
const CREATED = 'UsernameExistsException: User account already exists'
const SETTLED =
  'UnsupportedUserStateException: Resend not possible. status is not FORCE_CHANGE_PASSWORD'
const CANNOT_RESET = 'NotAuthorizedException: User password cannot be reset in the current state.'
const RESET_FIRST = 'PasswordResetRequiredException: Password reset required for the user'
const OVER = 'NotAuthorizedException: Invalid session for the user.'
const cannotConfirm = (state: State) =>
  `NotAuthorizedException: User cannot be confirmed. Current status is ${state}`

const CONFIRMING = {
  UNCONFIRMED: 'CONFIRMED',
  CONFIRMED: cannotConfirm('CONFIRMED'),
  RESET_REQUIRED: cannotConfirm('RESET_REQUIRED'),
  FORCE_CHANGE_PASSWORD: cannotConfirm('FORCE_CHANGE_PASSWORD'),
}
/** No token and no session reaches a user who was never confirmed. */
const UNREACHABLE = 'unreachable'

const TABLE: Readonly<Record<string, Row>> = {
  SignUp: {
    absent: 'UNCONFIRMED',
    UNCONFIRMED: EXISTS,
    CONFIRMED: EXISTS,
    RESET_REQUIRED: EXISTS,
    FORCE_CHANGE_PASSWORD: EXISTS,
  },
  ConfirmSignUp: { absent: UNKNOWN, ...CONFIRMING },
  AdminConfirmSignUp: { absent: ABSENT, ...CONFIRMING },
  AdminCreateUser: {
    absent: 'FORCE_CHANGE_PASSWORD',
    UNCONFIRMED: CREATED,
    CONFIRMED: CREATED,
    RESET_REQUIRED: CREATED,
    FORCE_CHANGE_PASSWORD: CREATED,
  },
  'AdminCreateUser, RESEND': {
    absent: ABSENT,
    UNCONFIRMED: SETTLED,
    CONFIRMED: SETTLED,
    RESET_REQUIRED: SETTLED,
    FORCE_CHANGE_PASSWORD: 'FORCE_CHANGE_PASSWORD',
  },
  'AdminSetUserPassword, permanent': {
    absent: ABSENT,
    UNCONFIRMED: 'CONFIRMED',
    CONFIRMED: 'CONFIRMED',
    RESET_REQUIRED: 'CONFIRMED',
    FORCE_CHANGE_PASSWORD: 'CONFIRMED',
  },
  'AdminSetUserPassword, temporary': {
    absent: ABSENT,
    UNCONFIRMED: 'FORCE_CHANGE_PASSWORD',
    CONFIRMED: 'FORCE_CHANGE_PASSWORD',
    RESET_REQUIRED: 'FORCE_CHANGE_PASSWORD',
    FORCE_CHANGE_PASSWORD: 'FORCE_CHANGE_PASSWORD',
  },
  AdminResetUserPassword: {
    absent: ABSENT,
    UNCONFIRMED: CANNOT_RESET,
    CONFIRMED: 'RESET_REQUIRED',
    RESET_REQUIRED: 'RESET_REQUIRED',
    FORCE_CHANGE_PASSWORD: CANNOT_RESET,
  },
  ForgotPassword: {
    absent: UNKNOWN,
    UNCONFIRMED: 'UNCONFIRMED',
    CONFIRMED: 'CONFIRMED',
    RESET_REQUIRED: 'RESET_REQUIRED',
    FORCE_CHANGE_PASSWORD: CANNOT_RESET,
  },
  ConfirmForgotPassword: {
    absent: UNKNOWN,
    UNCONFIRMED: 'CONFIRMED',
    CONFIRMED: 'CONFIRMED',
    RESET_REQUIRED: 'CONFIRMED',
    FORCE_CHANGE_PASSWORD: CANNOT_RESET,
  },
  'InitiateAuth with the right password': {
    absent: ABSENT,
    UNCONFIRMED: 'UserNotConfirmedException: User is not confirmed.',
    CONFIRMED: 'CONFIRMED',
    RESET_REQUIRED: RESET_FIRST,
    FORCE_CHANGE_PASSWORD: 'FORCE_CHANGE_PASSWORD',
  },
  NEW_PASSWORD_REQUIRED: {
    absent: OVER,
    UNCONFIRMED: UNREACHABLE,
    CONFIRMED: OVER,
    RESET_REQUIRED: OVER,
    FORCE_CHANGE_PASSWORD: 'CONFIRMED',
  },
  ChangePassword: {
    absent: ABSENT,
    UNCONFIRMED: UNREACHABLE,
    CONFIRMED: 'CONFIRMED',
    RESET_REQUIRED: RESET_FIRST,
    FORCE_CHANGE_PASSWORD: 'CONFIRMED',
  },
}

describe('the status of a user', () => {
  let api: TestApi
  let UserPoolId: string
  let app: TestClient
  let ClientId: string
  let cognito: CognitoIdentityProviderClient

  before(async () => {
    api = await startTestApi()
    cognito = api.cognito
    UserPoolId = await api.makePool({ AutoVerifiedAttributes: ['email'] })
    app = await api.makeClient(UserPoolId, { PreventUserExistenceErrors: 'LEGACY' })
    ClientId = app.clientId
  })
  after(() => api.stop())

  const setPassword = (Username: string, Password: string, Permanent: boolean) =>
    cognito.send(new AdminSetUserPasswordCommand({ UserPoolId, Username, Password, Permanent }))
  const resetByAdmin = (Username: string) =>
    cognito.send(new AdminResetUserPasswordCommand({ UserPoolId, Username }))
  const forgot = (Username: string) =>
    cognito.send(new ForgotPasswordCommand({ ClientId, Username }))
  const signUp = (Username: string) =>
    cognito.send(
      new SignUpCommand({
        ClientId,
        Username,
        Password: PASSWORD,
        UserAttributes: attributeList({ email: `${Username}@example.com` }),
      }),
    )
  const initiate = (USERNAME: string, password: string) =>
    cognito.send(
      new InitiateAuthCommand({
        ClientId,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME, PASSWORD: password },
      }),
    )
  const passwordIn = (state: State) => (state === 'FORCE_CHANGE_PASSWORD' ? TEMPORARY : PASSWORD)

  const OPERATIONS: Readonly<Record<string, (user: Prepared, state: State) => Promise<unknown>>> = {
    SignUp: ({ Username }) => signUp(Username),
    ConfirmSignUp: ({ Username, code: ConfirmationCode }) =>
      cognito.send(new ConfirmSignUpCommand({ ClientId, Username, ConfirmationCode })),
    AdminConfirmSignUp: ({ Username }) =>
      cognito.send(new AdminConfirmSignUpCommand({ UserPoolId, Username })),
    AdminCreateUser: ({ Username }) =>
      cognito.send(new AdminCreateUserCommand({ UserPoolId, Username })),
    'AdminCreateUser, RESEND': ({ Username }) =>
      cognito.send(new AdminCreateUserCommand({ UserPoolId, Username, MessageAction: 'RESEND' })),
    'AdminSetUserPassword, permanent': ({ Username }) => setPassword(Username, NEXT, true),
    'AdminSetUserPassword, temporary': ({ Username }) => setPassword(Username, NEXT, false),
    AdminResetUserPassword: ({ Username }) => resetByAdmin(Username),
    ForgotPassword: ({ Username }) => forgot(Username),
    ConfirmForgotPassword: ({ Username, code: ConfirmationCode }) =>
      cognito.send(
        new ConfirmForgotPasswordCommand({
          ClientId,
          Username,
          ConfirmationCode,
          Password: NEXT,
        }),
      ),
    'InitiateAuth with the right password': ({ Username }, state) =>
      initiate(Username, passwordIn(state)),
    NEW_PASSWORD_REQUIRED: ({ Username: USERNAME, session: Session }) =>
      cognito.send(
        new RespondToAuthChallengeCommand({
          ClientId,
          ChallengeName: 'NEW_PASSWORD_REQUIRED',
          Session,
          ChallengeResponses: { USERNAME, NEW_PASSWORD: NEXT },
        }),
      ),
    ChangePassword: ({ accessToken: AccessToken }, state) =>
      cognito.send(
        new ChangePasswordCommand({
          AccessToken,
          PreviousPassword: passwordIn(state),
          ProposedPassword: NEXT,
        }),
      ),
  }

  async function prepare(Username: string, state: State, operation: string): Promise<Prepared> {
    const proven = attributeList({ email: `${Username}@example.com`, email_verified: 'true' })
    if (state === 'UNCONFIRMED') {
      await signUp(Username)
      await cognito.send(
        new AdminUpdateUserAttributesCommand({ UserPoolId, Username, UserAttributes: proven }),
      )
      if (operation === 'ConfirmForgotPassword') await forgot(Username)
      const code = await api.code(UserPoolId, Username)
      return { Username, code, session: '', accessToken: '' }
    }
    await api.makeUser(UserPoolId, Username, {
      email: `${Username}@example.com`,
      email_verified: 'true',
    })
    const accessToken = (await api.signIn(app, Username)).access
    await forgot(Username)
    await setPassword(Username, TEMPORARY, false)
    const session = required((await initiate(Username, TEMPORARY)).Session, 'session')
    if (state !== 'FORCE_CHANGE_PASSWORD') await setPassword(Username, PASSWORD, true)
    if (state === 'RESET_REQUIRED') await resetByAdmin(Username)
    const code = await api.code(UserPoolId, Username)
    if (state === 'absent') {
      await cognito.send(new AdminDeleteUserCommand({ UserPoolId, Username }))
    }
    return { Username, code, session, accessToken }
  }

  const statusOf = (Username: string) =>
    cognito.send(new AdminGetUserCommand({ UserPoolId, Username })).then(
      ({ UserStatus }) => UserStatus,
      ({ name }: Error) => (name === 'UserNotFoundException' ? 'absent' : name),
    )

  test('every operation of the table is tried', () => {
    assert.deepEqual(Object.keys(OPERATIONS), Object.keys(TABLE))
    assert.equal(Object.keys(TABLE).length * STATES.length, 65)
  })

  for (const [operation, row] of Object.entries(TABLE)) {
    test(`after ${operation}`, async () => {
      const call = required(OPERATIONS[operation], operation)
      for (const state of STATES) {
        const expected = row[state]
        if (expected === UNREACHABLE) continue
        const name = `${operation.replaceAll(/\W/g, '-')}-${state}`.toLowerCase()
        const user = await prepare(name, state, operation)
        assert.equal(await statusOf(name), state, `${name} before`)
        const refusal = await call(user, state).then(
          () => undefined,
          (error: Error) => `${error.name}: ${error.message}`,
        )
        const isRefused = expected.includes(':')
        assert.equal(refusal ?? 'done', isRefused ? expected : 'done', name)
        assert.equal(await statusOf(name), isRefused ? state : expected, `${name} after`)
      }
    })
  }

  test('a session does not outlive the temporary password that opened it', async () => {
    const user = await prepare('late', 'FORCE_CHANGE_PASSWORD', '')
    const call = required(OPERATIONS['NEW_PASSWORD_REQUIRED'], 'operation')
    await setPassword('late', TEMPORARY, false)
    const over = { name: 'NotAuthorizedException', message: 'Invalid session for the user.' }
    await assert.rejects(call(user, 'FORCE_CHANGE_PASSWORD'), over)
    assert.equal(await statusOf('late'), 'FORCE_CHANGE_PASSWORD')
    const session = required((await initiate('late', TEMPORARY)).Session, 'session')
    await call({ ...user, session }, 'FORCE_CHANGE_PASSWORD')
    assert.equal(await statusOf('late'), 'CONFIRMED')
  })

  test('a disabled user does not choose a new password', async () => {
    const { Username, session } = await prepare('off', 'FORCE_CHANGE_PASSWORD', '')
    await cognito.send(new AdminDisableUserCommand({ UserPoolId, Username }))
    const call = required(OPERATIONS['NEW_PASSWORD_REQUIRED'], 'operation')
    await assert.rejects(
      call({ Username, session, code: '', accessToken: '' }, 'FORCE_CHANGE_PASSWORD'),
      { name: 'NotAuthorizedException', message: 'User is disabled.' },
    )
    assert.equal(await statusOf(Username), 'FORCE_CHANGE_PASSWORD')
  })
})
