// Pools with second factors, users who have them, and the two calls of their sign-ins.
import {
  AssociateSoftwareTokenCommand,
  type CreateUserPoolCommandInput,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  SetUserMFAPreferenceCommand,
  SetUserPoolMfaConfigCommand,
  VerifySoftwareTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { PASSWORD, type TestApi, type TestClient } from '#test/support/test-api.js'
import { totpCode } from '#test/support/totp.js'

const SMS = { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms', ExternalId: 'external' }
const EMAIL = {
  EmailSendingAccount: 'DEVELOPER',
  SourceArn: 'arn:aws:ses:us-west-2:123456789012:identity/example.com',
} as const

export interface MfaPlace {
  readonly poolId: string
  readonly app: TestClient
}

/** A pool with all second factors, and an app client of it. */
export async function makeMfaPool(
  api: TestApi,
  mode: 'ON' | 'OPTIONAL',
  settings: Partial<CreateUserPoolCommandInput> = {},
): Promise<MfaPlace> {
  const poolId = await api.makePool({ EmailConfiguration: EMAIL, ...settings })
  const app = await api.makeClient(poolId)
  await api.cognito.send(
    new SetUserPoolMfaConfigCommand({
      UserPoolId: poolId,
      MfaConfiguration: mode,
      SoftwareTokenMfaConfiguration: { Enabled: true },
      SmsMfaConfiguration: { SmsConfiguration: SMS },
      EmailMfaConfiguration: { Message: 'Use {####} to sign in', Subject: 'Sign in' },
    }),
  )
  return { poolId, app }
}

/** Begins a sign-in with a password. */
export function begin(api: TestApi, { clientId }: TestClient, username: string) {
  return api.cognito.send(
    new InitiateAuthCommand({
      ClientId: clientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: username, PASSWORD },
    }),
  )
}

/** Responds to a challenge. */
export function respond(
  api: TestApi,
  { clientId }: TestClient,
  challenge: {
    readonly name: string | undefined
    readonly session: string | undefined
    readonly responses: Readonly<Record<string, string>>
  },
) {
  return api.cognito.send(
    new RespondToAuthChallengeCommand({
      ClientId: clientId,
      ChallengeName: challenge.name as 'SMS_MFA',
      Session: challenge.session,
      ChallengeResponses: { ...challenge.responses },
    }),
  )
}

/** Sets an app up for a user without second factors, and prefers it; returns its secret. */
export function setUpApp(api: TestApi, access: string): Promise<string> {
  return setUpAppOf(api.cognito, access)
}

/** The same through any client of the SDK. */
export async function setUpAppOf(
  cognito: Pick<TestApi['cognito'], 'send'>,
  access: string,
): Promise<string> {
  const { SecretCode } = await cognito.send(
    new AssociateSoftwareTokenCommand({ AccessToken: access }),
  )
  const secret = required(SecretCode, 'secret')
  // The code of a step ago, so that those of now and of the next step are still good.
  const { Status } = await cognito.send(
    new VerifySoftwareTokenCommand({
      AccessToken: access,
      UserCode: totpCode(secret, -1),
      FriendlyDeviceName: 'phone',
    }),
  )
  if (Status !== 'SUCCESS') throw new Error(`the app is not verified: ${Status}`)
  await cognito.send(
    new SetUserMFAPreferenceCommand({
      AccessToken: access,
      SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true },
    }),
  )
  return secret
}
