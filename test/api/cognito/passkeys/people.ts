// Pools with passkeys, and the calls that register one and sign in with it.
import {
  CompleteWebAuthnRegistrationCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  SetUserPoolMfaConfigCommand,
  type SignInPolicyType,
  StartWebAuthnRegistrationCommand,
  type WebAuthnConfigurationType,
} from '@aws-sdk/client-cognito-identity-provider'
import type { SoftwareAuthenticator } from '#test/support/authenticator.js'
import type { TestApi, TestClient } from '#test/support/test-api.js'

export const RELYING_PARTY = 'auth.example.com'
export const ORIGIN = 'https://auth.example.com'

/** Who calls the API. */
type Caller = Pick<TestApi, 'cognito'>

export interface PasskeyPlace {
  readonly poolId: string
  readonly app: TestClient
}

/** A pool whose users sign in with passwords and passkeys, and an app client of it. */
export async function makePasskeyPool(
  api: TestApi,
  settings: WebAuthnConfigurationType = { RelyingPartyId: RELYING_PARTY },
  SignInPolicy: SignInPolicyType = { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] },
): Promise<PasskeyPlace> {
  const poolId = await api.makePool({ Policies: { SignInPolicy } })
  await api.cognito.send(
    new SetUserPoolMfaConfigCommand({
      UserPoolId: poolId,
      MfaConfiguration: 'OFF',
      WebAuthnConfiguration: settings,
    }),
  )
  const app = await api.makeClient(poolId, {
    ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  })
  return { poolId, app }
}

export async function startRegistration(api: Caller, AccessToken: string): Promise<unknown> {
  const { CredentialCreationOptions } = await api.cognito.send(
    new StartWebAuthnRegistrationCommand({ AccessToken }),
  )
  return CredentialCreationOptions
}

export function completeRegistration(api: Caller, AccessToken: string, credential: object) {
  return api.cognito.send(
    // A document on the wire: any JSON.
    new CompleteWebAuthnRegistrationCommand({ AccessToken, Credential: credential as never }),
  )
}

export async function register(
  api: Caller,
  access: string,
  authenticator: SoftwareAuthenticator,
): Promise<void> {
  await completeRegistration(
    api,
    access,
    authenticator.create(await startRegistration(api, access)),
  )
}

/** Begins a sign-in with a passkey; returns the session and what the browser is to be asked for. */
export async function beginWithPasskey(api: TestApi, { clientId }: TestClient, username: string) {
  const begun = await api.cognito.send(
    new InitiateAuthCommand({
      ClientId: clientId,
      AuthFlow: 'USER_AUTH',
      AuthParameters: { USERNAME: username, PREFERRED_CHALLENGE: 'WEB_AUTHN' },
    }),
  )
  const options = begun.ChallengeParameters?.['CREDENTIAL_REQUEST_OPTIONS'] ?? ''
  return { name: begun.ChallengeName, session: begun.Session, options }
}

export function respondWithPasskey(
  api: TestApi,
  { clientId }: TestClient,
  username: string,
  { session, credential }: { readonly session: string | undefined; readonly credential: string },
) {
  return api.cognito.send(
    new RespondToAuthChallengeCommand({
      ClientId: clientId,
      ChallengeName: 'WEB_AUTHN',
      Session: session,
      ChallengeResponses: { USERNAME: username, CREDENTIAL: credential },
    }),
  )
}
