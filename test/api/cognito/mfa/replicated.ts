// Pools with second factors in two Regions, and sign-ins at either.
import {
  AdminSetUserMFAPreferenceCommand,
  CreateUserPoolClientCommand,
  type CreateUserPoolCommandInput,
  type ExplicitAuthFlowsType,
  GetUserCommand,
  GlobalSignOutCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  SetUserPoolMfaConfigCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { callAny } from '#cli/signed-call.js'
import {
  addUser,
  cognitoOf,
  createPool,
  type Endpoints,
  PASSWORD,
  signIn,
  WEST,
} from '#test/support/replicated-pool.js'
import type { OutboxEntry } from '#test/support/test-api.js'
import { waitFor } from '#test/support/wait.js'
import { setUpAppOf } from './people.js'

export const SMS = { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms', ExternalId: 'external' }
export const EMAIL = {
  EmailSendingAccount: 'DEVELOPER',
  SourceArn: 'arn:aws:ses:us-west-2:123456789012:identity/example.com',
} as const

const FLOWS: ExplicitAuthFlowsType[] = [
  'ALLOW_USER_PASSWORD_AUTH',
  'ALLOW_ADMIN_USER_PASSWORD_AUTH',
  'ALLOW_USER_SRP_AUTH',
  'ALLOW_USER_AUTH',
  'ALLOW_CUSTOM_AUTH',
  'ALLOW_REFRESH_TOKEN_AUTH',
]

export interface ReplicatedPlace {
  readonly userPoolId: string
  readonly clientId: string
}

/** A pool of the west with every second factor, OPTIONAL; it has no replica yet. */
export async function createMfaPool(
  stack: Endpoints,
  settings: Partial<CreateUserPoolCommandInput> = {},
): Promise<ReplicatedPlace> {
  const { userPoolId } = await createPool(stack, {
    settings: { EmailConfiguration: EMAIL, ...settings },
  })
  const west = cognitoOf(stack, WEST)
  const { UserPoolClient } = await west.send(
    new CreateUserPoolClientCommand({
      UserPoolId: userPoolId,
      ClientName: 'mfa',
      ExplicitAuthFlows: FLOWS,
    }),
  )
  await setMfa(stack, userPoolId, 'OPTIONAL')
  return { userPoolId, clientId: required(UserPoolClient?.ClientId, 'client') }
}

/** Gives the pool this MfaConfiguration, with every second factor unless it is OFF. */
export async function setMfa(
  stack: Endpoints,
  UserPoolId: string,
  mode: 'OFF' | 'OPTIONAL' | 'ON',
) {
  const factors = {
    SoftwareTokenMfaConfiguration: { Enabled: true },
    SmsMfaConfiguration: { SmsConfiguration: SMS },
    EmailMfaConfiguration: { Message: 'Use {####} to sign in', Subject: 'Sign in' },
  }
  await cognitoOf(stack, WEST).send(
    new SetUserPoolMfaConfigCommand({
      UserPoolId,
      MfaConfiguration: mode,
      ...(mode !== 'OFF' && factors),
    }),
  )
}

/** A user of an OPTIONAL pool with a preferred app; returns its secret. */
export async function addAppUser(
  stack: Endpoints,
  place: ReplicatedPlace,
  username: string,
  attributes: Readonly<Record<string, string>> = {},
): Promise<string> {
  await addUser(stack, place.userPoolId, username, attributes)
  const { accessToken } = await signIn(stack, WEST, place, username)
  return setUpAppOf(cognitoOf(stack, WEST), accessToken)
}

/** A user with a factor that codes are sent for. */
export async function addSentCodeUser(
  stack: Endpoints,
  { userPoolId }: ReplicatedPlace,
  username: string,
  method: 'SMS' | 'Email',
): Promise<void> {
  const attributes = { phone_number: '+15555550100', email: `${username}@example.com` }
  await addUser(stack, userPoolId, username, attributes)
  await cognitoOf(stack, WEST).send(
    new AdminSetUserMFAPreferenceCommand({
      UserPoolId: userPoolId,
      Username: username,
      [`${method === 'SMS' ? 'SMSMfa' : 'EmailMfa'}Settings`]: { Enabled: true },
    }),
  )
}

export function begin(
  stack: Endpoints,
  region: string,
  { clientId }: ReplicatedPlace,
  username: string,
) {
  return cognitoOf(stack, region).send(
    new InitiateAuthCommand({
      ClientId: clientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: username, PASSWORD },
    }),
  )
}

/** Signs in at a Region, as far as the challenge, and responds to it. */
export async function signInBy(
  stack: Endpoints,
  region: string,
  place: ReplicatedPlace,
  proof: {
    readonly username: string
    readonly name: 'SOFTWARE_TOKEN_MFA' | 'SMS_MFA' | 'EMAIL_OTP'
    readonly code: string | (() => Promise<string>)
  },
) {
  const { username, name, code } = proof
  const begun = await begin(stack, region, place, username)
  if (begun.ChallengeName !== name) throw new Error(`${begun.ChallengeName} and not ${name}`)
  const { AuthenticationResult } = await cognitoOf(stack, region).send(
    new RespondToAuthChallengeCommand({
      ClientId: place.clientId,
      ChallengeName: name,
      Session: begun.Session,
      ChallengeResponses: {
        USERNAME: username,
        [`${name}_CODE`]: typeof code === 'string' ? code : await code(),
      },
    }),
  )
  return required(AuthenticationResult?.AccessToken, 'access token')
}

/** The code that a Region sent last to a user. */
export async function sentCode(
  stack: Endpoints,
  region: string,
  { userPoolId }: ReplicatedPlace,
  username: string,
): Promise<OutboxEntry> {
  const { endpoint } = required(stack.regions[region], region)
  const target = { region, endpoint, credentials: stack.credentials }
  const { Messages } = await callAny([target], 'ListOutboxMessages', { UserPoolId: userPoolId })
  const all = Messages as readonly OutboxEntry[]
  return required(
    all.find((message) => message.Username === username),
    'a message',
  )
}

/**
 * Waits until the other Region knows what this one said of its users before: the end of a session
 * is said after it, and travels behind it.
 */
export async function settle(
  stack: Endpoints,
  from: string,
  to: string,
  AccessToken: string,
): Promise<void> {
  await cognitoOf(stack, from).send(new GlobalSignOutCommand({ AccessToken }))
  const isKnown = async () => {
    try {
      await cognitoOf(stack, to).send(new GetUserCommand({ AccessToken }))
      return false
    } catch (error) {
      return (error as Error).message === 'Access Token has been revoked'
    }
  }
  await waitFor(isKnown, { what: `${to} to know of the end of a session at ${from}` })
}
