// Sessions of the console. A session is a sealed cookie and nothing in a database, so it is good in
// every Region, and a Region that was lost takes none along. It says which access key began it, and
// bears a fingerprint of that key's secret: a session whose key was deleted, or has another secret,
// is over at once. It ends an hour after its last use, and twelve hours after its beginning however
// much it is used.
//
// What it cannot do: a cookie that somebody copied stays good after its owner signed out, until one
// of these ends comes. Whoever fears that deletes the access key.
import { createHmac } from 'node:crypto'
import type { KnownKey, KnownKeys } from '#app/access-keys.js'
import { SealedFieldError } from '#app/crypto/pool-cipher.js'
import type { ServiceFieldContext, ServiceSeal } from '#app/crypto/service-seal.js'
import { equalText, fromBase64Url, toBase64Url } from '#base/bytes.js'
import type { Clock } from '#base/clock.js'
import { isObject } from '#base/json.js'
import type { Random } from '#base/random.js'

/** A session that is not used for so long is over. */
export const IDLE_SECONDS = 3600
/** However much it is used, a session is over so long after it began. */
export const SESSION_SECONDS = 12 * 3600
/** Clocks of Regions, which seal and open the same sessions, may differ by so much. */
const CLOCK_SKEW_MS = 5 * 60_000
/** A cookie is renewed when it is so old, and not at each call. */
const RENEW_AFTER_MS = 5 * 60_000
const CSRF_BYTES = 32
const COOKIE_LENGTH_MAX = 2048

const CONTEXT: ServiceFieldContext = { table: 'console', column: 'session', row: 'cookie' }

/** What a cookie says, once it is opened. */
export interface ConsoleSession {
  readonly accessKeyId: string
  readonly fingerprint: string
  readonly startedAtMs: number
  readonly usedAtMs: number
  /** What every request that changes something must bring along, and other sites cannot know. */
  readonly csrfToken: string
  /** Whether the browser reached the console over https, so that the cookie stays on it. */
  readonly isSecure: boolean
}

/** A session that is good now, and the key that it is of. */
export interface OpenSession {
  readonly session: ConsoleSession
  readonly key: KnownKey
}

export interface ConsoleSessionsOptions {
  readonly serviceSeal: ServiceSeal
  readonly keys: Pick<KnownKeys, 'find'>
  readonly clock: Pick<Clock, 'nowMs'>
  readonly random: Random
}

export interface ConsoleSessions {
  begin(key: KnownKey, options: { readonly isSecure: boolean }): OpenSession
  /** The session of a cookie; undefined when it is none, or over. */
  open(cookie: string): Promise<OpenSession | undefined>
  seal(session: ConsoleSession): string
  /** The session as used now, if its cookie is old enough to be replaced. */
  renewed(session: ConsoleSession): ConsoleSession | undefined
  /** How long a browser keeps the cookie. */
  secondsLeft(session: ConsoleSession): number
}

export function createConsoleSessions(options: ConsoleSessionsOptions): ConsoleSessions {
  const { serviceSeal, keys, clock, random } = options
  return {
    begin(key, { isSecure }) {
      const nowMs = clock.nowMs()
      const session: ConsoleSession = {
        accessKeyId: key.accessKeyId,
        fingerprint: fingerprintOf(key),
        startedAtMs: nowMs,
        usedAtMs: nowMs,
        csrfToken: toBase64Url(random.bytes(CSRF_BYTES)),
        isSecure,
      }
      return { session, key }
    },
    async open(cookie) {
      const session = readSession(serviceSeal, cookie)
      if (session === undefined || !isRunning(session, clock.nowMs())) return undefined
      const key = await keys.find(session.accessKeyId)
      if (key === undefined || key.isOfEdge) return undefined
      if (!equalText(session.fingerprint, fingerprintOf(key))) return undefined
      return { session, key }
    },
    seal: (session) => toBase64Url(serviceSeal.sealText(CONTEXT, JSON.stringify(session))),
    renewed(session) {
      const nowMs = clock.nowMs()
      return nowMs - session.usedAtMs < RENEW_AFTER_MS ? undefined : { ...session, usedAtMs: nowMs }
    },
    secondsLeft({ startedAtMs }) {
      const leftMs = startedAtMs + SESSION_SECONDS * 1000 - clock.nowMs()
      return Math.max(1, Math.min(IDLE_SECONDS, Math.ceil(leftMs / 1000)))
    },
  }
}

/**
 * Tells one secret of a key from another, and gives neither away: it is keyed by the secret itself.
 * Its length is always the same, so comparing two of them says nothing of the secrets' lengths.
 */
export function fingerprintOf({
  accessKeyId,
  secretAccessKey,
}: Pick<KnownKey, 'accessKeyId' | 'secretAccessKey'>): string {
  const mac = createHmac('sha256', secretAccessKey)
  return mac.update(`twinpool console ${accessKeyId}`).digest('base64url')
}

function isRunning({ startedAtMs, usedAtMs }: ConsoleSession, nowMs: number): boolean {
  if (Math.max(startedAtMs, usedAtMs) > nowMs + CLOCK_SKEW_MS) return false
  return nowMs < usedAtMs + IDLE_SECONDS * 1000 && nowMs < startedAtMs + SESSION_SECONDS * 1000
}

function readSession(serviceSeal: ServiceSeal, cookie: string): ConsoleSession | undefined {
  if (cookie.length > COOKIE_LENGTH_MAX) return undefined
  const value = openJson(serviceSeal, CONTEXT, cookie)
  if (!isObject(value)) return undefined
  const { accessKeyId, fingerprint, startedAtMs, usedAtMs, csrfToken, isSecure } = value
  if (typeof accessKeyId !== 'string' || typeof fingerprint !== 'string') return undefined
  if (typeof startedAtMs !== 'number' || typeof usedAtMs !== 'number') return undefined
  if (typeof csrfToken !== 'string') return undefined
  return {
    ...{ accessKeyId, fingerprint, startedAtMs, usedAtMs, csrfToken },
    isSecure: isSecure === true,
  }
}

/** What was sealed for a place as JSON, in base64url; undefined for anything else. */
export function openJson(
  serviceSeal: ServiceSeal,
  context: ServiceFieldContext,
  text: string,
): unknown {
  try {
    return JSON.parse(serviceSeal.openText(context, fromBase64Url(text)))
  } catch (error) {
    if (error instanceof SealedFieldError || error instanceof SyntaxError) return undefined
    throw error
  }
}
