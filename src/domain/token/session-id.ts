// The ID that all tokens of one session share (`origin_jti`). It is a UUID version 7 (RFC 9562,
// section 5.7), whose first 48 bits are the session's start in milliseconds: a global sign-out can
// be compared with it exactly, where `iat` and `auth_time` know whole seconds only.
//
// The start is by the clock of the node that began the session, and a sign-out by another's. So a
// sign-out is dated ahead by the most that two clocks may differ, and a session that begins when it
// is known is dated after it, whatever the clock says (a logical clock, as Lamport's). What must
// stay true: a sign-out ends every session that began before it, by clocks that differ less than
// that; and one that begins after it, where it is known, goes on.
import { isUuid } from '#base/uuid.js'

/** A UUIDv7 of the moment. `randomness` is 10 random bytes. */
export function sessionId(nowMs: number, randomness: Uint8Array): string {
  const bytes = Buffer.alloc(16)
  bytes.writeUIntBE(nowMs, 0, 6)
  bytes.set(randomness, 6)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  const ends = [8, 12, 16, 20, 32]
  return ends.map((end, at) => hex.slice(ends[at - 1] ?? 0, end)).join('-')
}

/** When the session of a session ID began, in milliseconds since the epoch. */
export function sessionStartMs(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
}

/** The most by which the clocks of two nodes may differ. */
export const CLOCK_SKEW_MAX_MS = 60_000

/** The start to date a new session with. `signedOutAtMs` is the user's latest sign-out known. */
export function sessionStartAt(nowMs: number, signedOutAtMs: number | undefined): number {
  return signedOutAtMs === undefined ? nowMs : Math.max(nowMs, signedOutAtMs + 1)
}

/** The moment to date a global sign-out with. It ends `caller`, the caller's session, for sure. */
export function signOutMs(nowMs: number, caller?: string): number {
  const aheadMs = nowMs + CLOCK_SKEW_MAX_MS
  return caller === undefined ? aheadMs : Math.max(aheadMs, sessionStartMs(caller))
}

/** Whether a text has the form of a session ID: a UUID of version 7. */
export function isSessionId(text: string): boolean {
  return isUuid(text) && text[14] === '7'
}

/** Whether a global sign-out dated `signedOutAtMs` ends the session. */
export function isSignedOut(id: string, signedOutAtMs: number | undefined): boolean {
  return signedOutAtMs !== undefined && sessionStartMs(id) <= signedOutAtMs
}
