// New tokens for a session that began earlier, in whichever Region: what was granted, once more.

import type { ClientSettings } from '#domain/client/settings.js'
import { type Refused, refused } from '#domain/refusal.js'
import type { RequestContext } from '#domain/request-context.js'
import type { RefreshGrant } from '#domain/token/grant.js'
import { isSignedOut } from '#domain/token/session-id.js'
import type { User } from '#domain/user/user.js'
import type { Pool } from '#ports/capability.js'
import type { Client } from '#ports/directory.js'
import { signTokens, type TokenSet } from './issue.js'
import { openGrant, sealGrant, sessionExpiryMs } from './refresh-token.js'
import type { SessionServices } from './services.js'
import { recordActivity } from './user-sessions.js'

export type RefreshOutcome = { readonly kind: 'tokens'; readonly tokens: TokenSet } | Refused

type Rotation = ClientSettings['refreshTokenRotation']

/**
 * New tokens for a refresh token of either Region. With rotation the token is used up and another
 * takes its place for the rest of the same lifetime.
 */
export async function refreshTokens(
  services: SessionServices,
  renewal: {
    readonly pool: Pool
    readonly client: Client
    readonly token: string
    readonly rotation: Rotation | undefined
    readonly request: RequestContext
    /** The device that asks, where the pool tracks devices. */
    readonly deviceKey?: string | undefined
    /** The client's own proof, where it covers the user's name (SECRET_HASH). */
    readonly refusalFor?: (user: User) => Refused | undefined
  },
): Promise<RefreshOutcome> {
  const { clock, random, users, poolKeys } = services
  const { pool, client, token, rotation, request } = renewal
  const cipher = await poolKeys.cipher(pool)
  const grant = openGrant(cipher, client, token)
  if (grant === undefined) return refused('refresh-token-invalid')
  // Cognito: developer guide, "Troubleshooting" (refresh tokens and remembered devices), 2026.
  const isTracked = pool.settings.deviceConfiguration !== undefined
  if (isTracked && grant.deviceKey !== undefined && grant.deviceKey !== renewal.deviceKey) {
    return refused('refresh-token-invalid')
  }
  const nowMs = clock.nowMs()
  if (grant.expiresAt * 1000 <= nowMs) return refused('refresh-token-expired')
  const record = await users.findSessionRecord(pool, grant)
  if (record === undefined) return refused('refresh-token-invalid')
  const refusal = renewal.refusalFor?.(record.user)
  if (refusal !== undefined) return refusal
  if (record.isRevoked || isSignedOut(grant.originJti, record.signedOutAtMs)) {
    return refused('refresh-token-revoked')
  }
  if (!record.user.isEnabled) return refused('user-disabled')

  const isRotating = rotation?.feature === 'ENABLED'
  const refreshToken = isRotating
    ? sealGrant(cipher, random, { ...grant, jti: random.uuid() })
    : undefined
  // Before the token is used up: an error in between would end the session at the next try.
  const source = 'TokenGeneration_RefreshTokens'
  const issue = { pool, client, record, grant, refreshToken, source, request } as const
  const tokens = await signTokens(services, cipher, issue)
  if (isRotating && !(await isFirstOrRetried(services, pool, grant, { rotation, nowMs }))) {
    return refused('refresh-token-reused')
  }
  await recordActivity(services, pool, { cipher, grant, request, nowMs })
  request.noteUser?.(grant.sub)
  services.metrics.count('twinpool_tokens_total', { grant: 'refresh' })
  return { kind: 'tokens', tokens }
}

/** Uses a rotating token up. A second use beyond the grace period ends the session. */
async function isFirstOrRetried(
  { rotationUses, revocations }: SessionServices,
  pool: Pool,
  grant: RefreshGrant,
  { rotation, nowMs }: { readonly rotation: NonNullable<Rotation>; readonly nowMs: number },
): Promise<boolean> {
  const { retryGracePeriodSeconds: graceSeconds } = rotation
  const use = await rotationUses.use(pool, {
    refreshJti: grant.jti,
    originJti: grant.originJti,
    atMs: nowMs,
    expiresAtMs: grant.expiresAt * 1000,
    graceSeconds,
    sessionExpiresAtMs: sessionExpiryMs(grant),
  })
  const graceMs = graceSeconds * 1000
  // Without a grace period not even a use in the same millisecond is a retry.
  const isRetry = graceMs > 0 && nowMs <= use.firstUseMs + graceMs
  if (use.isFirst || isRetry) return true
  // One of its two users is a thief, and the service cannot know which: the session ends for both.
  await revocations.add(pool, grant.originJti, sessionExpiryMs(grant))
  return false
}
