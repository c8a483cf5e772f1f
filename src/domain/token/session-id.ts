// The ID that all tokens of one session share (`origin_jti`). It is a UUID version 7 (RFC 9562,
// section 5.7), whose first 48 bits are the session's start in milliseconds: a global sign-out can
// be compared with it exactly, where `iat` and `auth_time` know whole seconds only.

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

/** Whether a global sign-out at `signedOutAtMs` ends the session. */
export function isSignedOut(id: string, signedOutAtMs: number | undefined): boolean {
  return signedOutAtMs !== undefined && sessionStartMs(id) <= signedOutAtMs
}
