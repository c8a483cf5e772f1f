// The settings of sessions, of a pool and of an app client, on the wire.
import type { CognitoOutput } from '#contract/types.js'
import { SESSIONS_PER_USER } from '#domain/pool/session-settings.js'
import type { Pool } from '#ports/capability.js'
import type { Client } from '#ports/directory.js'

// Cognito: API reference, ClientSSOSessionConfigType, 2026.
const SSO_MINUTES = 60

type UserSessionTracking = CognitoOutput<'GetUserPoolSessionConfiguration'>['UserSessionTracking']

export function sessionConfiguration({
  id,
  settings,
}: Pool): CognitoOutput<'GetUserPoolSessionConfiguration'> {
  const { maxPerUser = SESSIONS_PER_USER } = settings.tokenSession ?? {}
  return {
    UserPoolId: id,
    // Stored as it came through the contract.
    UserSessionTracking: (settings.userSessionTracking ?? 'DISABLED') as UserSessionTracking,
    TokenSession: { MaxPerUser: maxPerUser },
  }
}

export function clientSessionConfiguration({
  poolId,
  clientId,
  settings,
}: Client): CognitoOutput<'GetUserPoolClientSessionConfiguration'> {
  const { maxValidityMinutes = SSO_MINUTES } = settings.ssoSession ?? {}
  return {
    UserPoolId: poolId,
    ClientId: clientId,
    SSOSession: { MaxValidityMinutes: maxValidityMinutes },
  }
}
