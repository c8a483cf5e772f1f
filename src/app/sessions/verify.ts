// Access tokens that come back to this service: signature, expiry, scope, and whether the session
// still is.

import { nowSeconds } from '#base/clock.js'
import { type Refused, refused } from '#domain/refusal.js'
import { decodeJwt, verifyJwt } from '#domain/token/jwt.js'
import { isSessionId, isSignedOut, sessionId } from '#domain/token/session-id.js'
import type { UserFactors } from '#domain/user/factors.js'
import type { User } from '#domain/user/user.js'
import type { Pool } from '#ports/capability.js'
import type { Client } from '#ports/directory.js'
import type { SessionServices } from './services.js'

/** A signed-in user as an access token proves it. */
export interface VerifiedUser {
  readonly sub: string
  readonly username: string
  readonly originJti: string
  readonly scopes: readonly string[]
  readonly claims: Readonly<Record<string, unknown>>
  readonly user: User
  readonly factors: UserFactors
}

export type AccessOutcome = { readonly kind: 'valid'; readonly user: VerifiedUser } | Refused

/** Verifies an access token of this pool and client that must have `requiredScope`. */
export async function verifyAccess(
  { users, signing, issuers, clock }: SessionServices,
  request: {
    readonly pool: Pool
    readonly client: Client
    readonly token: string
    readonly requiredScope: string
  },
): Promise<AccessOutcome> {
  const { pool, client, token, requiredScope } = request
  const kid = decodeJwt(token)?.header['kid']
  const key = typeof kid === 'string' ? await signing.verifier(pool, kid) : undefined
  const claims = key && verifyJwt(token, key)
  if (claims === undefined || claims['token_use'] !== 'access')
    return refused('access-token-invalid')
  if (claims['client_id'] !== client.clientId) return refused('access-token-invalid')
  // A pool that changed its issuer type has tokens of both kinds until the old ones expire.
  if (!issuers.all(pool).includes(String(claims['iss']))) return refused('access-token-invalid')
  if (Number(claims['exp']) <= nowSeconds(clock)) return refused('access-token-expired')
  const sub = String(claims['sub'])
  const username = claims['username']
  if (typeof username !== 'string') return refused('access-token-invalid')
  const scopes = String(claims['scope'] ?? '').split(' ')
  if (!scopes.includes(requiredScope)) return refused('access-token-scope')
  const originJti = sessionOf(claims)
  const record = await users.findSessionRecord(pool, { sub, originJti })
  if (record === undefined) return refused('user-absent')
  if (record.isRevoked || isSignedOut(originJti, record.signedOutAtMs))
    return refused('access-token-revoked')
  if (!record.user.isEnabled) return refused('user-disabled')
  const { user, factors } = record
  return { kind: 'valid', user: { sub, username, originJti, scopes, claims, user, factors } }
}

/**
 * The session of an access token. Clients without token revocation have no `origin_jti`; the `jti`
 * of their access tokens says when the session began. Tokens of earlier versions have a random one,
 * and their sessions count from auth_time, in whole seconds.
 */
function sessionOf(claims: Readonly<Record<string, unknown>>): string {
  const { origin_jti: originJti, jti, auth_time: authTime } = claims
  if (typeof originJti === 'string') return originJti
  if (typeof jti === 'string' && isSessionId(jti)) return jti
  return sessionId(Number(authTime) * 1000, new Uint8Array(10))
}
