// Records of users' sessions, of pools that track them: begun with a sign-in, touched by a refresh,
// listed and ended one by one. What ends a session is a revocation, which every Region heeds, so
// that a record is never what a token is judged by.

import type { PoolCipher } from '#app/crypto/pool-cipher.js'
import { SESSIONS_PER_USER } from '#domain/pool/session-settings.js'
import { type Refused, refused } from '#domain/refusal.js'
import type { RequestContext } from '#domain/request-context.js'
import type { RefreshGrant } from '#domain/token/grant.js'
import { sessionStartMs } from '#domain/token/session-id.js'
import { deviceTypeOf, tokenSessionId } from '#domain/token/user-session.js'
import type { Pool } from '#ports/capability.js'
import type { StoredUserSession } from '#ports/user-sessions.js'
import { sessionExpiryMs } from './refresh-token.js'
import type { SessionServices } from './services.js'

// Cognito: developer guide, "Managing user sessions", 2026: one page.
const LISTED_MAX = 125
const SEARCHED_MAX = 1000

interface Activity {
  readonly deviceType: string
  readonly ip: string
}

/** A session as its user sees it. */
export interface UserSession extends Activity {
  readonly id: string
  readonly clientId: string
  readonly createdAtMs: number
  readonly lastActiveAtMs: number
  readonly isCurrent: boolean
}

/** Whose sessions; `current`: the `origin_jti` of the caller's own. */
export interface SessionOwner {
  readonly pool: Pool
  readonly sub: string
  readonly current?: string | undefined
}

/** Whether a pool keeps records of sessions. */
export function tracksSessions({ settings }: Pool): boolean {
  return settings.userSessionTracking === 'ENABLED'
}

const contextOf = (originJti: string) => ({
  table: 'user_sessions',
  column: 'activity_sealed',
  row: originJti,
})

interface Seen {
  readonly cipher: PoolCipher
  readonly grant: RefreshGrant
  readonly request: RequestContext
  readonly nowMs: number
}

function recordOf({ cipher, grant, request, nowMs }: Seen): StoredUserSession {
  const { sub, clientId, originJti } = grant
  const ip = request.userContextData?.ipAddress ?? request.sourceIp
  const activity: Activity = { deviceType: deviceTypeOf(request.userAgent), ip }
  return {
    sub,
    originJti,
    clientId,
    createdAtMs: sessionStartMs(originJti),
    lastActiveAtMs: nowMs,
    expiresAtMs: sessionExpiryMs(grant),
    activitySealed: cipher.sealJson(contextOf(originJti), activity),
  }
}

/** Records a new session; the least recently used beyond the pool's limit end, in every Region. */
export async function recordSession(
  { userSessions }: SessionServices,
  pool: Pool,
  seen: Seen,
): Promise<void> {
  if (!tracksSessions(pool)) return
  const { maxPerUser = SESSIONS_PER_USER } = pool.settings.tokenSession ?? {}
  await userSessions.begin(pool, recordOf(seen), maxPerUser)
}

/** Records that a session was renewed. */
export async function recordActivity(
  { userSessions }: SessionServices,
  pool: Pool,
  seen: Seen,
): Promise<void> {
  if (tracksSessions(pool)) await userSessions.touch(pool, recordOf(seen))
}

/** The user's sessions, the most recently used first. None without tracking. */
export async function listSessions(
  { userSessions, poolKeys, clock }: SessionServices,
  { pool, sub, current }: SessionOwner,
): Promise<readonly UserSession[]> {
  if (!tracksSessions(pool)) return []
  const found = await userSessions.live(pool, sub, { nowMs: clock.nowMs(), limit: LISTED_MAX })
  const cipher = await poolKeys.cipher(pool)
  return found.map(({ originJti, clientId, createdAtMs, lastActiveAtMs, activitySealed }) => ({
    id: tokenSessionId(originJti),
    clientId,
    createdAtMs,
    lastActiveAtMs,
    isCurrent: originJti === current,
    ...(cipher.openJson(contextOf(originJti), activitySealed) as Activity),
  }))
}

/** Ends a session of the user, in every Region; never the caller's own. */
export async function revokeSession(
  { userSessions, revocations, clock }: SessionServices,
  { pool, sub, current }: SessionOwner,
  id: string,
): Promise<{ readonly kind: 'revoked' } | Refused> {
  if (!tracksSessions(pool)) return refused('session-absent')
  if (current !== undefined && tokenSessionId(current) === id) return refused('session-own')
  const found = await userSessions.live(pool, sub, { nowMs: clock.nowMs(), limit: SEARCHED_MAX })
  const session = found.find(({ originJti }) => tokenSessionId(originJti) === id)
  if (session === undefined) return refused('session-absent')
  await revocations.add(pool, session.originJti, session.expiresAtMs)
  return { kind: 'revoked' }
}
