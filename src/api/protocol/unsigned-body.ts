// How much anybody may make a node read before it knows who asks. Decoding and checking costs by
// the member, so the members are counted first, in one pass over the bytes.

/** No call that needs no signature is longer: 50 attributes of 2,048 characters are half of it. */
export const UNSIGNED_BYTES_MAX = 262_144

/** Members of objects and elements of lists, all together. */
export const UNSIGNED_MEMBERS_MAX = 2_000

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const OPENINGS = new Set([0x7b, 0x5b])

/** Whether the JSON text is small enough to be decoded for a caller who did not sign it. */
export function isSmallEnough(body: Uint8Array): boolean {
  if (body.length > UNSIGNED_BYTES_MAX) return false
  let members = 0
  let isText = false
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at] ?? 0
    if (isText) {
      if (byte === BACKSLASH) at += 1
      else if (byte === QUOTE) isText = false
    } else if (byte === QUOTE) isText = true
    else if (byte === COMMA || OPENINGS.has(byte)) members += 1
  }
  return members <= UNSIGNED_MEMBERS_MAX
}
