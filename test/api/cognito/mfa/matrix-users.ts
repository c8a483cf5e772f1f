// Users of the matrix, one for each state, made by the API in a pool whose MFA is OPTIONAL.
import {
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminResetUserPasswordCommand,
  AdminSetUserMFAPreferenceCommand,
  type AdminSetUserMFAPreferenceCommandInput,
  AssociateSoftwareTokenCommand,
  SignUpCommand,
  VerifySoftwareTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import {
  addUser,
  cognitoOf,
  type Endpoints,
  PASSWORD,
  signIn,
  WEST,
} from '#test/support/replicated-pool.js'
import { totpCode } from '#test/support/totp.js'
import { addAppUser, type ReplicatedPlace } from './replicated.js'

const PHONE = { phone_number: '+15555550100' }
const mailOf = (name: string) => ({ email: `${name}@example.com` })

/** States of users. */
export const USERS = [
  'plain',
  'with an e-mail address',
  'with a phone number',
  'with both addresses',
  'SMS enabled',
  'e-mail enabled',
  'app',
  'app, not preferred, and SMS',
  'app preferred, and SMS',
  'app switched off',
  'app, no preference',
  'temporary password',
  'temporary password, with a phone number',
  'unconfirmed',
  'reset',
  'disabled',
  'disabled, with an app',
] as const

export type UserState = (typeof USERS)[number]

/** The user name of a state. */
export const nameOf = (state: UserState): string => state.replaceAll(/[ ,-]+/g, '-')

export async function addMatrixUsers(stack: Endpoints, place: ReplicatedPlace): Promise<void> {
  for (const state of USERS) await makers[state](stack, place, nameOf(state))
}

type Make = (stack: Endpoints, place: ReplicatedPlace, name: string) => Promise<void>

const made =
  (attributesOf: (name: string) => Readonly<Record<string, string>>): Make =>
  (stack, { userPoolId }, name) =>
    addUser(stack, userPoolId, name, attributesOf(name))

type Preference = Omit<AdminSetUserMFAPreferenceCommandInput, 'UserPoolId' | 'Username'>

async function prefer(
  stack: Endpoints,
  { userPoolId }: ReplicatedPlace,
  name: string,
  preference: Preference,
): Promise<void> {
  const user = { UserPoolId: userPoolId, Username: name }
  await cognitoOf(stack, WEST).send(
    new AdminSetUserMFAPreferenceCommand({ ...user, ...preference }),
  )
}

const ON = { Enabled: true }
const makers: Readonly<Record<UserState, Make>> = {
  plain: made(() => ({})),
  'with an e-mail address': made(mailOf),
  'with a phone number': made(() => PHONE),
  'with both addresses': made((name) => ({ ...PHONE, ...mailOf(name) })),
  'SMS enabled': async (stack, place, name) => {
    await made(() => PHONE)(stack, place, name)
    await prefer(stack, place, name, { SMSMfaSettings: ON })
  },
  'e-mail enabled': async (stack, place, name) => {
    await made(mailOf)(stack, place, name)
    await prefer(stack, place, name, { EmailMfaSettings: ON })
  },
  app: async (stack, place, name) => {
    await addAppUser(stack, place, name)
  },
  'app, not preferred, and SMS': async (stack, place, name) => {
    await addAppUser(stack, place, name, PHONE)
    await prefer(stack, place, name, { SMSMfaSettings: ON, SoftwareTokenMfaSettings: ON })
  },
  'app preferred, and SMS': async (stack, place, name) => {
    await addAppUser(stack, place, name, PHONE)
    await prefer(stack, place, name, { SMSMfaSettings: ON })
  },
  'app switched off': async (stack, place, name) => {
    await addAppUser(stack, place, name)
    await prefer(stack, place, name, { SoftwareTokenMfaSettings: { Enabled: false } })
  },
  'app, no preference': async (stack, place, name) => {
    await addUser(stack, place.userPoolId, name, {})
    const { accessToken: AccessToken } = await signIn(stack, WEST, place, name)
    const west = cognitoOf(stack, WEST)
    const associated = await west.send(new AssociateSoftwareTokenCommand({ AccessToken }))
    const UserCode = totpCode(associated.SecretCode ?? '')
    await west.send(new VerifySoftwareTokenCommand({ AccessToken, UserCode }))
  },
  'temporary password': (stack, place, name) => invite(stack, place, name, {}),
  'temporary password, with a phone number': (stack, place, name) =>
    invite(stack, place, name, PHONE),
  unconfirmed: async (stack, { clientId }, Username) => {
    await cognitoOf(stack, WEST).send(
      new SignUpCommand({ ClientId: clientId, Username, Password: PASSWORD }),
    )
  },
  reset: async (stack, { userPoolId: UserPoolId }, Username) => {
    await addUser(stack, UserPoolId, Username, { ...mailOf(Username), email_verified: 'true' })
    await cognitoOf(stack, WEST).send(new AdminResetUserPasswordCommand({ UserPoolId, Username }))
  },
  disabled: async (stack, { userPoolId: UserPoolId }, Username) => {
    await addUser(stack, UserPoolId, Username, {})
    await cognitoOf(stack, WEST).send(new AdminDisableUserCommand({ UserPoolId, Username }))
  },
  'disabled, with an app': async (stack, place, Username) => {
    await addAppUser(stack, place, Username)
    const { userPoolId: UserPoolId } = place
    await cognitoOf(stack, WEST).send(new AdminDisableUserCommand({ UserPoolId, Username }))
  },
}

async function invite(
  stack: Endpoints,
  { userPoolId: UserPoolId }: ReplicatedPlace,
  Username: string,
  attributes: Readonly<Record<string, string>>,
): Promise<void> {
  await cognitoOf(stack, WEST).send(
    new AdminCreateUserCommand({
      UserPoolId,
      Username,
      TemporaryPassword: PASSWORD,
      MessageAction: 'SUPPRESS',
      UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
    }),
  )
}
