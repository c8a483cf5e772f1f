// Pools with threat protection, sign-ins from somewhere on something, and their events.
import {
  AdminInitiateAuthCommand,
  AdminListUserAuthEventsCommand,
  type AuthEventType,
  type CognitoIdentityProviderClient,
  type CreateUserPoolCommandInput,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { PASSWORD, type TestApi, type TestClient } from '#test/support/test-api.js'
import { waitFor } from '#test/support/wait.js'

export const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0'
export const SAFARI =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 ' +
  '(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1'

export type Mode = 'OFF' | 'AUDIT' | 'ENFORCED'

/** A pool in a mode of threat protection. */
export function makeProtectedPool(
  api: TestApi,
  mode: Mode,
  input: Partial<CreateUserPoolCommandInput> = {},
): Promise<string> {
  return api.makePool({
    UserPoolTier: 'PLUS',
    UserPoolAddOns: { AdvancedSecurityMode: mode },
    ...input,
  })
}

/** What the client libraries gather about a device. */
export function encodedData(contextData: Readonly<Record<string, string>>): string {
  const payload = JSON.stringify({ contextData, username: 'someone', timestamp: '1' })
  const data = { payload, signature: 'c2lnbmF0dXJl', version: 'JS20171115' }
  return Buffer.from(JSON.stringify(data)).toString('base64')
}

/** From where a sign-in comes and on what. */
export interface From {
  readonly ip?: string
  readonly userAgent?: string
  readonly device?: string
}

/** A sign-in by a server, which says from where its user comes. */
export function signInFrom(
  cognito: CognitoIdentityProviderClient,
  { poolId, clientId }: TestClient,
  who: { readonly username: string; readonly password?: string } & From,
) {
  const { username, password = PASSWORD, ip = '192.0.2.1', userAgent = FIREFOX, device } = who
  return cognito.send(
    new AdminInitiateAuthCommand({
      UserPoolId: poolId,
      ClientId: clientId,
      AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: username, PASSWORD: password },
      ContextData: {
        IpAddress: ip,
        ServerName: 'app.example.com',
        ServerPath: '/login',
        HttpHeaders: [{ headerName: 'User-Agent', headerValue: userAgent }],
        ...(device !== undefined && { EncodedData: encodedData({ DeviceId: device }) }),
      },
    }),
  )
}

/** A sign-in by an app. */
export function signInBy(
  cognito: CognitoIdentityProviderClient,
  { clientId }: TestClient,
  who: { readonly username: string; readonly password?: string; readonly encoded?: string },
) {
  const { username: USERNAME, password: PASSWORD_ = PASSWORD, encoded } = who
  return cognito.send(
    new InitiateAuthCommand({
      ClientId: clientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME, PASSWORD: PASSWORD_ },
      ...(encoded !== undefined && { UserContextData: { EncodedData: encoded } }),
    }),
  )
}

export async function eventsOf(
  cognito: CognitoIdentityProviderClient,
  UserPoolId: string,
  Username: string,
): Promise<readonly AuthEventType[]> {
  const command = new AdminListUserAuthEventsCommand({ UserPoolId, Username })
  return (await cognito.send(command)).AuthEvents ?? []
}

/** The newest events, once there are so many that are as they should be. */
export async function waitForEvents(
  cognito: CognitoIdentityProviderClient,
  { poolId, username }: { readonly poolId: string; readonly username: string },
  isThere: number | ((events: readonly AuthEventType[]) => boolean),
): Promise<readonly AuthEventType[]> {
  let events: readonly AuthEventType[] = []
  await waitFor(
    async () => {
      events = await eventsOf(cognito, poolId, username)
      return typeof isThere === 'number' ? events.length >= isThere : isThere(events)
    },
    { what: 'events of the user' },
  )
  return events
}
