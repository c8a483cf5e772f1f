// The event log of a user as administrators read it, and what is said of its events. A user says it
// by a link in a notice, whose token stands for one event: an HMAC under the pool's key, good in
// every Region, for a week.

import type { PoolKeys } from '#app/crypto/pool-keys.js'
import { type Page, poolPage } from '#app/paging.js'
import { equalText, toBase64Url } from '#base/bytes.js'
import type { Clock } from '#base/clock.js'
import type { Random } from '#base/random.js'
import { type Refused, refused } from '#domain/refusal.js'
import type { EventFeedback } from '#domain/risk/event.js'
import type { AuthEvents, EventPosition } from '#ports/auth-events.js'
import type { Pool } from '#ports/capability.js'
import { type JudgedEvent, openEvent } from './event-seal.js'

/** What reading and judging events needs. */
export interface EventListServices {
  readonly authEvents: AuthEvents
  readonly poolKeys: PoolKeys
  readonly clock: Clock
  readonly random: Random
}

/** One page of a user's events, the newest first. */
export async function listEvents(
  services: EventListServices,
  { pool, sub }: { readonly pool: Pool; readonly sub: string },
  page: { readonly limit: number | undefined; readonly token: string | undefined },
): Promise<Page<JudgedEvent>> {
  const cipher = await services.poolKeys.cipher(pool)
  return poolPage(services, pool, {
    list: `auth-events-of:${sub}`,
    ...page,
    read: async (after, limit) => {
      const options = { after: after === undefined ? undefined : positionOf(after), limit }
      const rows = await services.authEvents.list(pool, sub, options)
      return rows.map((row) => openEvent(cipher, row))
    },
    // Cognito: developer guide, "Viewing user event history", 2026: its tokens are of this form.
    keyOf: ({ eventId, createdAtMs }) => `${eventId}#${createdAtMs}`,
  })
}

/** A place in a list, as its token has it. Only this service makes such tokens. */
function positionOf(text: string): EventPosition {
  const [eventId = '', createdAtMs = ''] = text.split('#')
  return { eventId, createdAtMs: Number(createdAtMs) }
}

/** Takes what an administrator or the user says of an event of the user. */
export async function judgeEvent(
  { authEvents, clock }: Pick<EventListServices, 'authEvents' | 'clock'>,
  pool: Pool,
  event: { readonly eventId: string; readonly sub: string },
  { value, provider }: Pick<EventFeedback, 'value' | 'provider'>,
): Promise<{ readonly kind: 'judged' } | Refused> {
  const feedback = { value, provider, givenAtMs: clock.nowMs() }
  const outcome = await authEvents.judge(pool, event, feedback)
  return outcome === 'judged' ? { kind: 'judged' } : refused('auth-event-absent')
}

// Deviation: how long the service's feedback tokens are good is not documented; here it is a week.
const TOKEN_TTL_MS = 7 * 24 * 60 * 60 * 1000

/** What a token is of. The name is the one that the call must have. */
export interface FeedbackSubject {
  readonly username: string
  readonly eventId: string
}

interface TokenServices {
  readonly poolKeys: PoolKeys
  readonly clock: Clock
}

/** A token that lets its bearer judge one event of one user. */
export async function feedbackToken(
  { poolKeys, clock }: TokenServices,
  pool: Pool,
  subject: FeedbackSubject,
): Promise<string> {
  const expiresAtMs = clock.nowMs() + TOKEN_TTL_MS
  return `${expiresAtMs}.${await macOf({ poolKeys }, pool, { ...subject, expiresAtMs })}`
}

/** Asked before any user is looked up: a token that is not genuine tells nothing of anybody. */
export async function feedbackTokenRefusal(
  { poolKeys, clock }: TokenServices,
  pool: Pool,
  { token, ...subject }: FeedbackSubject & { readonly token: string },
): Promise<Refused | undefined> {
  const [moment = '', mac = ''] = token.split('.')
  const expiresAtMs = /^\d{1,15}$/.test(moment) ? Number(moment) : 0
  const genuine = await macOf({ poolKeys }, pool, { ...subject, expiresAtMs })
  const isGood = equalText(genuine, mac) && expiresAtMs > clock.nowMs()
  return isGood ? undefined : refused('feedback-token-invalid')
}

async function macOf(
  { poolKeys }: Pick<TokenServices, 'poolKeys'>,
  pool: Pool,
  of: FeedbackSubject & { readonly expiresAtMs: number },
): Promise<string> {
  const { username, eventId, expiresAtMs } = of
  const cipher = await poolKeys.cipher(pool)
  const signed = JSON.stringify([pool.id, username, eventId, expiresAtMs])
  return toBase64Url(cipher.hash('auth-event-feedback', signed))
}
