// Errors of sign-ins, by the app and by its server alike: what begins one, and what a response to
// each challenge may end in.
import { required } from '#base/assert.js'
import { totpCode } from '#test/support/totp.js'
import { makeAppUser, makeFactorPlace, makeTexter } from '../../anomaly/cases-factors.js'
import {
  attributes,
  inviteUser,
  makeNewPlace,
  makePlace,
  makeUser,
  NEW_PASSWORD,
  newName,
  PASSWORD,
  type Person,
  type Place,
  signUp,
} from '../../anomaly/people.js'
import { type Output, type Rig, textAt } from '../../anomaly/rig.js'
import type { ErrorCase } from './error-case.js'

const RESET = 'Password reset required for the user'
const UNCONFIRMED = 'User is not confirmed.'
const ABSENT = 'User does not exist.'
const UNCONFIGURED = 'Custom auth lambda trigger is not configured for the user pool.'
const NO_LEVELS =
  'Step-up authentication is not available in the LITE tier. ' +
  'Change the tier to ESSENTIALS or higher.'
const NO_METHOD = 'The user has no MFA method, and none can be set up.'

/** Who calls: an app, or its server with a key. */
type Side = 'app' | 'server'

interface Begun {
  readonly person: Person
  readonly challenge: Output
  readonly side: Side
}

const operationOf = (side: Side, name: 'InitiateAuth' | 'RespondToAuthChallenge') =>
  side === 'app' ? name : `Admin${name}`
const poolOf = (side: Side, { UserPoolId }: Place) => (side === 'app' ? {} : { UserPoolId })

function initiation(side: Side, person: Person, AuthFlow: string, more: object = {}) {
  const AuthParameters = { USERNAME: person.Username, ...more }
  return { ...poolOf(side, person), ClientId: person.ClientId, AuthFlow, AuthParameters }
}

const withPassword = (side: Side, person: Person) => {
  const flow = side === 'app' ? 'USER_PASSWORD_AUTH' : 'ADMIN_USER_PASSWORD_AUTH'
  return initiation(side, person, flow, { PASSWORD })
}

async function begin(rig: Rig, side: Side, person: Person, input: object): Promise<Begun> {
  return { person, challenge: await rig.ok(operationOf(side, 'InitiateAuth'), input), side }
}

function response({ person, challenge, side }: Begun, responses: object) {
  return {
    ...poolOf(side, person),
    ClientId: person.ClientId,
    ChallengeName: textAt(challenge, 'ChallengeName'),
    Session: required(challenge['Session'] as string | undefined, 'session'),
    ChallengeResponses: { USERNAME: person.Username, ...responses },
  }
}

const CHOICE_CLIENT = { ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_CUSTOM_AUTH'] }
const choicePlace = (rig: Rig) => makePlace(rig, {}, CHOICE_CLIENT)
/** What is needed for a choice to be the user's. */
const PASSWORD_CHOSEN = { ANSWER: 'PASSWORD', PASSWORD }

/** A sign-in that waits for a choice, to which something happens meanwhile. */
const chosen =
  (side: Side, meanwhile: (rig: Rig, person: Person) => Promise<unknown>, make = makeUser) =>
  async (rig: Rig) => {
    const person = await make(rig, await choicePlace(rig))
    const begun = await begin(rig, side, person, initiation(side, person, 'USER_AUTH'))
    await meanwhile(rig, person)
    return response(begun, PASSWORD_CHOSEN)
  }

const ofAdmin =
  (operation: string) =>
  (rig: Rig, { UserPoolId, Username }: Person) =>
    rig.ok(operation, { UserPoolId, Username })
const nothing = async () => undefined

/** A user whom MFA is required of, in a pool that has SMS only, and who has no number. */
async function makeWithoutMeans(rig: Rig, make = makeUser): Promise<Person> {
  const place = await makePlace(rig, { PoolName: 'sms only' })
  await rig.ok('SetUserPoolMfaConfig', {
    UserPoolId: place.UserPoolId,
    MfaConfiguration: 'ON',
    SmsMfaConfiguration: {
      SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' },
    },
  })
  return make(rig, place)
}

async function newPasswordChallenge(
  rig: Rig,
  side: Side,
  { place, more = {} }: { readonly place: Place; readonly more?: object },
) {
  const person = await inviteUser(rig, place)
  const begun = await begin(rig, side, person, withPassword(side, person))
  return response(begun, { NEW_PASSWORD, ...more })
}

/** A new password, and a name that another user has. */
async function takenName(rig: Rig, side: Side) {
  const place = await makePlace(rig, { AliasAttributes: ['preferred_username'] })
  const { UserPoolId, Username } = await makeUser(rig, place)
  const name = newName()
  const UserAttributes = attributes({ preferred_username: name })
  await rig.ok('AdminUpdateUserAttributes', { UserPoolId, Username, UserAttributes })
  const more = { 'userAttributes.preferred_username': name }
  return newPasswordChallenge(rig, side, { place, more })
}

async function wrongCode(rig: Rig, side: Side) {
  const person = await makeTexter(rig)
  const begun = await begin(rig, side, person, withPassword(side, person))
  return response(begun, { SMS_MFA_CODE: '0000000' })
}

/** The code that a first sign-in has used, in a second one. */
async function usedCode(rig: Rig, side: Side) {
  const person = await makeAppUser(rig)
  const signIn = () => begin(rig, side, person, withPassword(side, person))
  const SOFTWARE_TOKEN_MFA_CODE = totpCode(person.secret)
  const first = response(await signIn(), { SOFTWARE_TOKEN_MFA_CODE })
  await rig.ok(operationOf(side, 'RespondToAuthChallenge'), first)
  return response(await signIn(), { SOFTWARE_TOKEN_MFA_CODE })
}

/** The app is removed while the sign-in waits for its code. */
async function removedApp(rig: Rig, side: Side) {
  const person = await makeAppUser(rig)
  const begun = await begin(rig, side, person, withPassword(side, person))
  const { UserPoolId, Username } = person
  await rig.ok('AdminDeleteSoftwareToken', { UserPoolId, Username })
  return response(begun, { SOFTWARE_TOKEN_MFA_CODE: totpCode(person.secret) })
}

/** The customer's functions ask something, and are gone when the answer comes. */
async function unheardAnswer(rig: Rig, side: Side) {
  const person = await makeUser(rig, await choicePlace(rig))
  const begun = await begin(rig, side, person, initiation(side, person, 'CUSTOM_AUTH'))
  return response(begun, { ANSWER: 'a candle' })
}

/** A level is asked for in a pool whose tier has none. */
async function beyondTier(rig: Rig, side: Side) {
  const place = await makeNewPlace(rig, { UserPoolTier: 'ESSENTIALS' }, CHOICE_CLIENT)
  const { UserPoolId } = place
  const person = await makeUser(rig, place)
  await rig.ok('UpdateUserPool', { UserPoolId, UserPoolTier: 'LITE' })
  return initiation(side, person, 'USER_AUTH', { TARGET_ACR_VALUES: 'mfa' })
}

/** The errors of responses are the same on both sides. */
const RESPONSES: Readonly<Record<string, readonly [string, (rig: Rig, side: Side) => object]>> = {
  AliasExistsException: ['An account with the given preferred_username already exists.', takenName],
  CodeMismatchException: ['Invalid code or auth state for the user.', wrongCode],
  ExpiredCodeException: ['Your software token has already been used once.', usedCode],
  SoftwareTokenMFANotFoundException: [
    'Software Token MFA has not been enabled by the userPool',
    removedApp,
  ],
  InvalidUserPoolConfigurationException: [UNCONFIGURED, unheardAnswer],
  MFAMethodNotFoundException: [
    NO_METHOD,
    async (rig, side) => {
      const { UserPoolId, ClientId } = await makeWithoutMeans(rig)
      return newPasswordChallenge(rig, side, { place: { UserPoolId, ClientId } })
    },
  ],
  PasswordResetRequiredException: [
    RESET,
    (rig, side) => chosen(side, ofAdmin('AdminResetUserPassword'))(rig),
  ],
  UserNotConfirmedException: [UNCONFIRMED, (rig, side) => chosen(side, nothing, signUpWith)(rig)],
  UserNotFoundException: [ABSENT, (rig, side) => chosen(side, ofAdmin('AdminDeleteUser'))(rig)],
}
const signUpWith = (rig: Rig, place: Place) => signUp(rig, place)

const responseCases = Object.entries(RESPONSES).flatMap(([code, [message, prepare]]) =>
  (['app', 'server'] as const).map((side) => [
    `${operationOf(side, 'RespondToAuthChallenge')} ${code}`,
    { message, prepare: async (rig: Rig) => prepare(rig, side) },
  ]),
)

export const SIGN_IN_ERROR_CASES: Readonly<Record<string, ErrorCase>> = {
  ...Object.fromEntries(responseCases),
  'RespondToAuthChallenge NotAuthorizedException': {
    message: 'Invalid session for the user.',
    prepare: async (rig) => {
      const { ClientId, Username: USERNAME } = await makeUser(rig, await makePlace(rig))
      const ChallengeResponses = { USERNAME, NEW_PASSWORD }
      const ChallengeName = 'NEW_PASSWORD_REQUIRED'
      return { ClientId, ChallengeName, ChallengeResponses, Session: 'a'.repeat(20) }
    },
  },
  'InitiateAuth InvalidUserPoolConfigurationException': {
    message: NO_METHOD,
    prepare: async (rig) => withPassword('app', await makeWithoutMeans(rig)),
  },
  'AdminInitiateAuth MFAMethodNotFoundException': {
    message: NO_METHOD,
    prepare: async (rig) => withPassword('server', await makeWithoutMeans(rig)),
  },
  'AdminInitiateAuth InvalidUserPoolConfigurationException': {
    message: UNCONFIGURED,
    prepare: async (rig) =>
      initiation('server', await makeUser(rig, await choicePlace(rig)), 'CUSTOM_AUTH'),
  },
  'InitiateAuth FeatureUnavailableInTierException': {
    message: NO_LEVELS,
    prepare: (rig) => beyondTier(rig, 'app'),
  },
  'AdminInitiateAuth FeatureUnavailableInTierException': {
    message: NO_LEVELS,
    prepare: (rig) => beyondTier(rig, 'server'),
  },
  'GetTokensFromRefreshToken NotAuthorizedException': {
    message: 'Invalid Refresh Token',
    prepare: async (rig) => {
      const { ClientId } = await makePlace(rig)
      return { ClientId, RefreshToken: 'no.such.token' }
    },
  },
  'VerifySoftwareToken SoftwareTokenMFANotFoundException': {
    message: 'Software Token MFA has not been enabled by the userPool',
    prepare: async (rig) => {
      const person = await makeUser(rig, await makeFactorPlace(rig, 'ON'))
      const { challenge } = await begin(rig, 'app', person, withPassword('app', person))
      return { Session: challenge['Session'], UserCode: '000000' }
    },
  },
}
