// How an operation comes to give an error that it declares: what makes the call, and the exact
// message. What is true of many operations at once is in `errors.test.ts`.

import type { WriteCase } from '../../anomaly/cases.js'
import { makeFactorUser } from '../../anomaly/cases-factors.js'
import { makeImportJob } from '../../anomaly/cases-imports.js'
import { POOL_CASES } from '../../anomaly/cases-pools.js'
import {
  attributes,
  inviteUser,
  makeNewPlace,
  makePlace,
  makePool,
  makeSignedIn,
  makeUser,
  NEW_PASSWORD,
  newName,
  PASSWORD,
  type Person,
  passwordSignIn,
  type SignedIn,
  signIn,
  signUp,
} from '../../anomaly/people.js'
import { type Rig, textAt } from '../../anomaly/rig.js'
import { VERIFIED_FIRST } from './calling.js'
import type { ErrorCase } from './error-case.js'
import { ACCOUNT_ERROR_CASES } from './error-cases-accounts.js'
import { DEVICE_ERROR_CASES } from './error-cases-devices.js'
import { LIMIT_ERROR_CASES } from './error-cases-limits.js'
import { PASSKEY_ERROR_CASES } from './error-cases-passkeys.js'
import { POOL_ERROR_CASES } from './error-cases-pools.js'
import { RISK_ERROR_CASES } from './error-cases-risk.js'
import { SIGN_IN_ERROR_CASES } from './error-cases-sign-in.js'

const MISMATCH = 'Invalid verification code provided, please try again.'
const EXPIRED = 'Invalid code provided, please request a code again.'
const SHORT = 'Password did not conform with policy: Password not long enough'
const USED = 'Password has previously been used. Choose a different password.'
const ABSENT = 'User does not exist.'
const EMAIL_TAKEN = 'An account with the given email already exists.'
const HISTORY = { Policies: { PasswordPolicy: { MinimumLength: 8, PasswordHistorySize: 3 } } }
const PLUS = { UserPoolTier: 'PLUS' }

const expect = (message: string, prepare: ErrorCase['prepare']): ErrorCase => ({ message, prepare })

/** A user whom a public operation names. */
const named =
  (more: object, make = makeUser) =>
  async (rig: Rig) => {
    const { ClientId, Username } = await make(rig, await makePlace(rig))
    return { ClientId, Username, ...more }
  }
/** Nobody, whom an app asks about that may know it. */
const nobody =
  (more: object = {}) =>
  async (rig: Rig) => ({
    ClientId: (await makePlace(rig)).ClientId,
    Username: newName(),
    ...more,
  })
const ofPool =
  (more: object, pool: object = {}) =>
  async (rig: Rig) => ({
    UserPoolId: await makePool(rig, pool),
    ...more,
  })
const asUser = (more: object) => async (rig: Rig) => ({
  AccessToken: (await makeSignedIn(rig)).AccessToken,
  ...more,
})
const good = (name: string) => {
  const [one] = POOL_CASES[name] as readonly WriteCase[]
  return (one as WriteCase).prepare
}

/** A user whose first password was PASSWORD and is another now. */
async function makeRemembered(rig: Rig): Promise<SignedIn> {
  const person = await inviteUser(rig, await makePlace(rig, HISTORY_OF_ONE))
  const { UserPoolId, Username } = person
  const changed = { UserPoolId, Username, Password: NEW_PASSWORD, Permanent: true }
  await rig.ok('AdminSetUserPassword', changed)
  const signedIn = await rig.ok('InitiateAuth', passwordSignIn(person, NEW_PASSWORD))
  const token = (name: string) => textAt(signedIn, 'AuthenticationResult', name)
  return { ...person, AccessToken: token('AccessToken'), RefreshToken: token('RefreshToken') }
}

/** A verified address of somebody in a pool where people sign in with it. */
async function takenEmail(rig: Rig) {
  const place = await makePlace(rig, { AliasAttributes: ['email'] })
  const { Username } = await makeUser(rig, place)
  return { place, email: `${Username}@example.com` }
}

async function newPasswordChallenge(rig: Rig, NEW: string) {
  const person = await inviteUser(rig, await makePlace(rig, HISTORY_OF_ONE))
  const { Session } = await rig.ok('InitiateAuth', passwordSignIn(person))
  return {
    ClientId: person.ClientId,
    ChallengeName: 'NEW_PASSWORD_REQUIRED',
    Session,
    ChallengeResponses: { USERNAME: person.Username, NEW_PASSWORD: NEW },
  }
}
const HISTORY_OF_ONE = { ...PLUS, ...HISTORY }

async function adminChallenge(rig: Rig, NEW: string) {
  const person = await inviteUser(rig, await makePlace(rig, HISTORY_OF_ONE))
  const { UserPoolId, ClientId, Username: USERNAME } = person
  const { Session } = await rig.ok('AdminInitiateAuth', {
    UserPoolId,
    ClientId,
    AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME, PASSWORD },
  })
  const ChallengeResponses = { USERNAME, NEW_PASSWORD: NEW }
  return {
    UserPoolId,
    ClientId,
    ChallengeName: 'NEW_PASSWORD_REQUIRED',
    Session,
    ChallengeResponses,
  }
}

/** A sign-in with a password, by the app or by its server. */
const signInOf =
  (make: (rig: Rig) => Promise<Person>, isAdmin = false) =>
  async (rig: Rig) => {
    const person = await make(rig)
    const { UserPoolId } = person
    const input = passwordSignIn(person)
    return isAdmin ? { ...input, UserPoolId, AuthFlow: 'ADMIN_USER_PASSWORD_AUTH' } : input
  }
const absent = async (rig: Rig) => ({ ...(await makePlace(rig)), Username: newName() })
const unconfirmed = async (rig: Rig) => signUp(rig, await makePlace(rig))
async function reset(rig: Rig) {
  const person = await makeUser(rig, await makePlace(rig))
  const { UserPoolId, Username } = person
  await rig.ok('AdminResetUserPassword', { UserPoolId, Username })
  return person
}

const RESET = 'Password reset required for the user'
const UNCONFIRMED = 'User is not confirmed.'

const oauthClient = (more: object) => ofPool({ ClientName: 'app', ...more })
const changedClient = (more: object) => async (rig: Rig) => ({
  ...(await makeNewPlace(rig)),
  ...more,
})
const UNKNOWN_SCOPE = {
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthFlows: ['code'],
  AllowedOAuthScopes: ['no/scope'],
  CallbackURLs: ['https://example.com'],
}

export const ERROR_CASES: Readonly<Record<string, ErrorCase>> = {
  'StartUserImportJob PreconditionNotMetException': expect(
    'No CSV file was uploaded for the job.',
    makeImportJob,
  ),
  'StopUserImportJob PreconditionNotMetException': expect(
    'The user import job is in the state Created.',
    makeImportJob,
  ),
  ...ACCOUNT_ERROR_CASES,
  ...DEVICE_ERROR_CASES,
  ...LIMIT_ERROR_CASES,
  ...RISK_ERROR_CASES,
  ...PASSKEY_ERROR_CASES,
  ...POOL_ERROR_CASES,
  ...SIGN_IN_ERROR_CASES,
  'AssociateSoftwareToken SoftwareTokenMFANotFoundException': expect(
    'Software Token MFA has not been enabled by the userPool',
    asUser({}),
  ),
  'InitiateAuth NotAuthorizedException': expect('Incorrect username or password.', async (rig) =>
    passwordSignIn(await makeUser(rig, await makePlace(rig)), 'Wrong-password-1'),
  ),
  'AddUserPoolClientSecret LimitExceededException': expect(
    'An app client has at most 2 secrets.',
    async (rig) => {
      const client = await good('AddUserPoolClientSecret')(rig)
      await rig.ok('AddUserPoolClientSecret', client)
      return client
    },
  ),
  'AdminCreateUser UserNotFoundException': expect(
    ABSENT,
    ofPool({ Username: 'nobody', MessageAction: 'RESEND' }),
  ),
  'AdminCreateUser UsernameExistsException': expect('User account already exists', async (rig) => {
    const { UserPoolId, Username } = await makeUser(rig, await makePlace(rig))
    return { UserPoolId, Username }
  }),
  'AdminCreateUser InvalidPasswordException': expect(
    SHORT,
    ofPool({ Username: 'a', TemporaryPassword: 'Aa1!' }),
  ),
  'AdminSetUserPassword InvalidPasswordException': expect(SHORT, async (rig) => {
    const { UserPoolId, Username } = await makeUser(rig, await makePlace(rig))
    return { UserPoolId, Username, Password: 'Aa1!' }
  }),
  'AdminSetUserPassword PasswordHistoryPolicyViolationException': expect(USED, async (rig) => {
    const { UserPoolId, Username } = await makeRemembered(rig)
    return { UserPoolId, Username, Password: PASSWORD, Permanent: true }
  }),
  'AdminInitiateAuth UserNotFoundException': expect(ABSENT, signInOf(absent, true)),
  'AdminInitiateAuth UserNotConfirmedException': expect(UNCONFIRMED, signInOf(unconfirmed, true)),
  'AdminInitiateAuth PasswordResetRequiredException': expect(RESET, signInOf(reset, true)),
  'InitiateAuth UserNotFoundException': expect(ABSENT, signInOf(absent)),
  'InitiateAuth UserNotConfirmedException': expect(UNCONFIRMED, signInOf(unconfirmed)),
  'InitiateAuth PasswordResetRequiredException': expect(RESET, signInOf(reset)),
  'RespondToAuthChallenge InvalidPasswordException': expect(SHORT, (rig) =>
    newPasswordChallenge(rig, 'Aa1!'),
  ),
  'RespondToAuthChallenge PasswordHistoryPolicyViolationException': expect(USED, (rig) =>
    newPasswordChallenge(rig, PASSWORD),
  ),
  'AdminRespondToAuthChallenge InvalidPasswordException': expect(SHORT, (rig) =>
    adminChallenge(rig, 'Aa1!'),
  ),
  'AdminRespondToAuthChallenge PasswordHistoryPolicyViolationException': expect(USED, (rig) =>
    adminChallenge(rig, PASSWORD),
  ),
  'AdminUpdateUserAttributes AliasExistsException': expect(EMAIL_TAKEN, async (rig) => {
    const { place, email } = await takenEmail(rig)
    const { UserPoolId, Username } = await makeUser(rig, place)
    const UserAttributes = attributes({ email, email_verified: 'true' })
    return { UserPoolId, Username, UserAttributes }
  }),
  'UpdateUserAttributes AliasExistsException': expect(
    'An account with the given preferred_username already exists.',
    async (rig) => {
      const place = await makePlace(rig, { AliasAttributes: ['preferred_username'] })
      const { UserPoolId, Username } = await makeUser(rig, place)
      const UserAttributes = attributes({ preferred_username: newName() })
      await rig.ok('AdminUpdateUserAttributes', { UserPoolId, Username, UserAttributes })
      const { AccessToken } = await signIn(rig, await makeUser(rig, place))
      return { AccessToken, UserAttributes }
    },
  ),
  'ConfirmSignUp AliasExistsException': expect(
    'An account with the email already exists.',
    async (rig) => {
      const { place, email } = await takenEmail(rig)
      const { ClientId, UserPoolId, Username } = await signUp(rig, place, email)
      return { ClientId, Username, ConfirmationCode: await rig.code(UserPoolId, Username) }
    },
  ),
  'ChangePassword InvalidPasswordException': expect(
    SHORT,
    asUser({ PreviousPassword: PASSWORD, ProposedPassword: 'Aa1!' }),
  ),
  'ChangePassword PasswordHistoryPolicyViolationException': expect(USED, async (rig) => {
    const { AccessToken } = await makeRemembered(rig)
    return { AccessToken, PreviousPassword: NEW_PASSWORD, ProposedPassword: PASSWORD }
  }),
  'ConfirmForgotPassword CodeMismatchException': expect(MISMATCH, async (rig) => {
    const input = await named({})(rig)
    await rig.ok('ForgotPassword', input)
    return { ...input, ConfirmationCode: '0000000', Password: NEW_PASSWORD }
  }),
  'ConfirmForgotPassword ExpiredCodeException': expect(
    EXPIRED,
    named({ ConfirmationCode: '123456', Password: NEW_PASSWORD }),
  ),
  'ConfirmForgotPassword UserNotFoundException': expect(
    'Username/client id combination not found.',
    nobody({ ConfirmationCode: '123456', Password: NEW_PASSWORD }),
  ),
  'ConfirmForgotPassword InvalidPasswordException': expect(SHORT, async (rig) => {
    const { ClientId, Username, UserPoolId } = await makeUser(rig, await makePlace(rig))
    await rig.ok('ForgotPassword', { ClientId, Username })
    const ConfirmationCode = await rig.code(UserPoolId, Username)
    return { ClientId, Username, ConfirmationCode, Password: 'Aa1!' }
  }),
  'ConfirmForgotPassword PasswordHistoryPolicyViolationException': expect(USED, async (rig) => {
    const person = await makeRemembered(rig)
    const { ClientId, Username, UserPoolId } = person
    await rig.ok('ForgotPassword', { ClientId, Username })
    const ConfirmationCode = await rig.code(UserPoolId, Username)
    return { ClientId, Username, ConfirmationCode, Password: PASSWORD }
  }),
  'ConfirmSignUp CodeMismatchException': expect(MISMATCH, async (rig) => {
    const { ClientId, Username } = await signUp(rig, await makePlace(rig))
    return { ClientId, Username, ConfirmationCode: '0000000' }
  }),
  'ConfirmSignUp UserNotFoundException': expect(
    'Username/client id combination not found.',
    nobody({ ConfirmationCode: '123456' }),
  ),
  'CreateGroup GroupExistsException': expect(
    'A group with the name already exists.',
    async (rig) => {
      const group = await ofPool({ GroupName: 'a' })(rig)
      await rig.ok('CreateGroup', group)
      return group
    },
  ),
  'CreateUserPoolClient ScopeDoesNotExistException': expect(
    'Invalid scope requested: no/scope',
    oauthClient(UNKNOWN_SCOPE),
  ),
  'UpdateUserPoolClient ScopeDoesNotExistException': expect(
    'Invalid scope requested: no/scope',
    changedClient(UNKNOWN_SCOPE),
  ),
  'ForgotPassword UserNotFoundException': expect(
    'Username/client id combination not found.',
    nobody(),
  ),
  'ResendConfirmationCode UserNotFoundException': expect(
    'Username/client id combination not found.',
    nobody(),
  ),
  'GetTokensFromRefreshToken RefreshTokenReuseException': expect(
    'Refresh token has already been used.',
    async (rig) => {
      const place = await makePlace(
        rig,
        {},
        {
          RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 },
          ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
        },
      )
      const { ClientId, RefreshToken } = await signIn(rig, await makeUser(rig, place))
      await rig.ok('GetTokensFromRefreshToken', { ClientId, RefreshToken })
      return { ClientId, RefreshToken }
    },
  ),
  'RevokeToken UnsupportedTokenTypeException': expect('Unsupported token type', async (rig) => {
    const { ClientId, AccessToken } = await makeSignedIn(rig)
    return { ClientId, Token: AccessToken }
  }),
  'RevokeToken UnsupportedOperationException': expect(
    'Token revocation is not enabled for this client.',
    async (rig) => {
      const place = await makePlace(rig, {}, { EnableTokenRevocation: false })
      const { ClientId, RefreshToken } = await signIn(rig, await makeUser(rig, place))
      return { ClientId, Token: RefreshToken }
    },
  ),
  'RevokeToken UnauthorizedException': expect('Invalid client', async (rig) => {
    const { RefreshToken } = await makeSignedIn(rig)
    const { ClientId } = await makeNewPlace(rig, {}, { GenerateSecret: true })
    return { ClientId, Token: RefreshToken }
  }),
  'SignUp UsernameExistsException': expect('User already exists', named({ Password: PASSWORD })),
  'SignUp InvalidPasswordException': expect(SHORT, nobody({ Password: 'Aa1!' })),
  'VerifySoftwareToken EnableSoftwareTokenMFAException': expect(
    'Code mismatch and fail enable Software Token MFA',
    async (rig) => {
      const { AccessToken } = await signIn(rig, await makeFactorUser(rig))
      await rig.ok('AssociateSoftwareToken', { AccessToken })
      return { AccessToken, UserCode: '000000' }
    },
  ),
  'VerifyUserAttribute CodeMismatchException': expect(MISMATCH, async (rig) => {
    const { AccessToken } = await makeSignedIn(rig)
    await rig.ok('GetUserAttributeVerificationCode', { AccessToken, AttributeName: 'email' })
    return { AccessToken, AttributeName: 'email', Code: '0000000' }
  }),
  'VerifyUserAttribute ExpiredCodeException': expect(
    EXPIRED,
    asUser({ AttributeName: 'email', Code: '123456' }),
  ),
  'VerifyUserAttribute AliasExistsException': expect(
    'An account with the email already exists.',
    async (rig) => {
      const place = await makePlace(rig, VERIFIED_FIRST)
      const email = `${newName()}@example.com`
      const { AccessToken, UserPoolId, Username } = await signIn(rig, await makeUser(rig, place))
      await rig.ok('UpdateUserAttributes', { AccessToken, UserAttributes: attributes({ email }) })
      const Code = await rig.code(UserPoolId, Username)
      const holder = await makeUser(rig, place)
      await rig.ok('AdminUpdateUserAttributes', {
        UserPoolId,
        Username: holder.Username,
        UserAttributes: attributes({ email, email_verified: 'true' }),
      })
      return { AccessToken, AttributeName: 'email', Code }
    },
  ),
}
