// Errors of codes and passwords: limits of attempts and of sends, and users in a state in which an
// operation does nothing for them.
import {
  makePlace,
  makeSignedIn,
  makeUser,
  NEW_PASSWORD,
  newName,
  PASSWORD,
  signUp,
} from '../../anomaly/people.js'
import type { Rig } from '../../anomaly/rig.js'
import type { ErrorCase } from './error-case.js'

const LIMITED = 'Attempt limit exceeded, please try after some time.'
/** Wrong codes of one network, and wrong passwords, after which the next one is refused. */
const ATTEMPTS = 5
/** Codes that the stage sends to a user within an hour. */
export const SENDS_MAX = 5

/** The input of a call that was made too often before, whatever came of it. */
const tooOften =
  (operation: string, make: (rig: Rig) => Promise<object>, times = ATTEMPTS) =>
  async (rig: Rig) => {
    const input = await make(rig)
    for (let n = 0; n < times; n += 1) await rig.call(operation, input)
    return input
  }

const limited = (
  operation: string,
  make: (rig: Rig) => Promise<object>,
  times?: number,
): readonly [string, ErrorCase] => [
  `${operation} LimitExceededException`,
  { message: LIMITED, prepare: tooOften(operation, make, times) },
]

async function forgotten(rig: Rig) {
  const { ClientId, Username, UserPoolId } = await makeUser(rig, await makePlace(rig))
  await rig.ok('ForgotPassword', { ClientId, Username })
  return { ClientId, Username, UserPoolId }
}

const LIMITS = Object.fromEntries([
  limited('ConfirmForgotPassword', async (rig) => {
    const { ClientId, Username } = await forgotten(rig)
    return { ClientId, Username, ConfirmationCode: '0000000', Password: NEW_PASSWORD }
  }),
  limited('ConfirmSignUp', async (rig) => {
    const { ClientId, Username } = await signUp(rig, await makePlace(rig))
    return { ClientId, Username, ConfirmationCode: '0000000' }
  }),
  limited('VerifyUserAttribute', async (rig) => {
    const { AccessToken } = await makeSignedIn(rig)
    const AttributeName = 'email'
    await rig.ok('GetUserAttributeVerificationCode', { AccessToken, AttributeName })
    return { AccessToken, AttributeName, Code: '0000000' }
  }),
  limited('ChangePassword', async (rig) => {
    const { AccessToken } = await makeSignedIn(rig)
    return { AccessToken, PreviousPassword: 'Wrong-password-1', ProposedPassword: NEW_PASSWORD }
  }),
  limited(
    'ForgotPassword',
    async (rig) => {
      const { ClientId, Username } = await makeUser(rig, await makePlace(rig))
      return { ClientId, Username }
    },
    SENDS_MAX,
  ),
  limited(
    'ResendConfirmationCode',
    async (rig) => {
      const { ClientId, Username } = await signUp(rig, await makePlace(rig))
      return { ClientId, Username }
    },
    SENDS_MAX,
  ),
  limited(
    'GetUserAttributeVerificationCode',
    async (rig) => {
      const { AccessToken } = await makeSignedIn(rig)
      return { AccessToken, AttributeName: 'email' }
    },
    SENDS_MAX,
  ),
])

const ADMIN_ONLY = {
  AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'admin_only', Priority: 1 }] },
}

export const ACCOUNT_ERROR_CASES: Readonly<Record<string, ErrorCase>> = {
  ...LIMITS,
  'AdminCreateUser UnsupportedUserStateException': {
    message: 'Resend not possible. status is not FORCE_CHANGE_PASSWORD',
    prepare: async (rig) => {
      const { UserPoolId, Username } = await makeUser(rig, await makePlace(rig))
      return { UserPoolId, Username, MessageAction: 'RESEND' }
    },
  },
  'ConfirmForgotPassword NotAuthorizedException': {
    message: 'User is disabled.',
    prepare: async (rig) => {
      const { ClientId, Username, UserPoolId } = await forgotten(rig)
      const ConfirmationCode = await rig.code(UserPoolId, Username)
      await rig.ok('AdminDisableUser', { UserPoolId, Username })
      return { ClientId, Username, ConfirmationCode, Password: NEW_PASSWORD }
    },
  },
  'ForgotPassword NotAuthorizedException': {
    message: 'Contact administrator to reset password.',
    prepare: async (rig) => {
      const { ClientId, Username } = await makeUser(rig, await makePlace(rig, ADMIN_ONLY))
      return { ClientId, Username }
    },
  },
  'ConfirmSignUp ExpiredCodeException': {
    message: 'Invalid code provided, please request a code again.',
    // Nothing is verified in the pool, so that no code was sent.
    prepare: async (rig) => {
      const place = await makePlace(rig, { AutoVerifiedAttributes: [] })
      const { ClientId, Username } = await signUp(rig, place)
      return { ClientId, Username, ConfirmationCode: '123456' }
    },
  },
  'ConfirmSignUp NotAuthorizedException': {
    message: 'User cannot be confirmed. Current status is CONFIRMED',
    prepare: async (rig) => {
      const { ClientId, Username } = await makeUser(rig, await makePlace(rig))
      return { ClientId, Username, ConfirmationCode: '123456' }
    },
  },
  'ResendConfirmationCode NotAuthorizedException': {
    message: 'Unable to verify secret hash for client {ClientId}',
    prepare: async (rig) => {
      const place = await makePlace(rig, {}, { GenerateSecret: true })
      return { ClientId: place.ClientId, Username: newName(), SecretHash: 'AAAA' }
    },
  },
  'SignUp NotAuthorizedException': {
    message: 'SignUp is not permitted for this user pool',
    prepare: async (rig) => {
      const AdminCreateUserConfig = { AllowAdminCreateUserOnly: true }
      const { ClientId } = await makePlace(rig, { AdminCreateUserConfig })
      return { ClientId, Username: newName(), Password: PASSWORD }
    },
  },
}
