// Tokens that only this service reads: refresh tokens and challenge sessions. They are sealed
// instead of stored, so any node of any Region that has the pool's token key can open one without
// a database. The form is that of a JWE with a direct key (RFC 7516, section 7.1), which is what
// clients expect a refresh token to look like: header, empty key, nonce, ciphertext, tag.
//
// The associated data is the header, the purpose and the pool, so a challenge session does not open
// as a refresh token, nor a token of one pool in another.
//
// Each token has a key of its own, derived from the pool's by HMAC over 24 random bytes (a
// key-based derivation as in NIST SP 800-108), which stand in the place of the nonce. AES-GCM under
// one key must not see more than 2^32 random nonces (NIST SP 800-38D, section 8.3), and
// unauthenticated callers can make a service seal challenge sessions; of salts of 192 bits there
// are enough. Tokens of earlier versions are sealed with the pool's key itself and a nonce of 12
// bytes, and still open.
//
// Two forms of the header. Refresh and page tokens come with a client or a pool beside them, and
// have one header for all. A *located* token says its purpose, version and pool in the header, so
// that a call which carries nothing else finds the pool, whose key then proves the header true.
import { createHmac } from 'node:crypto'
import { assert } from '#base/assert.js'
import { toBase64Url, utf8 } from '#base/bytes.js'
import { decryptGcm, encryptGcm } from '#domain/crypto/aes-gcm.js'

const HEADER = encodeHeader({ cty: 'JWT', enc: 'A256GCM', alg: 'dir' })
const AFTER_HEADER = /^\.\.([\w-]{16}|[\w-]{32})\.([\w-]+)\.([\w-]{22})$/
/** A pool's ID has up to 55 characters; the rest of a located header has about 80. */
const LOCATED_HEADER = /^([\w-]{40,240})\.\./
const SALT_BYTES = 24
/** A derived key seals one token, so its nonce may be any. */
const NONCE = Buffer.alloc(12)
const DERIVATION = Buffer.from('twinpool sealed token\0', 'utf8')
/** Bounds what a caller's text costs. A refresh token of ours has about 600 characters. */
const CHARACTERS_MAX = 32_768

/** What a located token says of itself in clear. */
export interface TokenLocator {
  readonly purpose: string
  /** The version of what is inside. */
  readonly version: number
  readonly poolId: string
}

/** Seals a JSON value. `key` is 32 bytes; `salt` 24 random bytes, never used twice. */
export function sealToken(
  key: Uint8Array,
  purpose: string,
  poolId: string,
  salt: Uint8Array,
  value: unknown,
): string {
  return sealUnder(HEADER, { key, purpose, poolId, salt, value })
}

/** What sealToken sealed under the same key, purpose and pool; undefined for any other text. */
export function openToken(key: Uint8Array, purpose: string, poolId: string, text: string): unknown {
  return openUnder(HEADER, { key, purpose, poolId, text })
}

/** Seals a JSON value into a token that names its pool. Key and salt as for sealToken. */
export function sealLocated(
  key: Uint8Array,
  locator: TokenLocator,
  salt: Uint8Array,
  value: unknown,
): string {
  return sealUnder(headerOf(locator), { key, ...locator, salt, value })
}

/** What sealLocated sealed under the same key and locator; undefined for any other text. */
export function openLocated(key: Uint8Array, locator: TokenLocator, text: string): unknown {
  return openUnder(headerOf(locator), { key, ...locator, text })
}

/**
 * Where a located token says that it belongs, to find the key that may open it. Any caller can
 * write such a header: it is true only of a token that opens. undefined for any other text.
 */
export function locatorOf(text: string): TokenLocator | undefined {
  const [, header = ''] = LOCATED_HEADER.exec(text) ?? []
  let parsed: unknown
  try {
    parsed = JSON.parse(Buffer.from(header, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
  const { typ: purpose, ver: version, kid: poolId } = (parsed ?? {}) as Record<string, unknown>
  if (typeof purpose !== 'string' || typeof version !== 'number' || typeof poolId !== 'string') {
    return undefined
  }
  const locator = { purpose, version, poolId }
  // One spelling only, so that what is read here is what the tag covers.
  return headerOf(locator) === header ? locator : undefined
}

function headerOf({ purpose, version, poolId }: TokenLocator): string {
  return encodeHeader({ typ: purpose, ver: version, kid: poolId, enc: 'A256GCM', alg: 'dir' })
}

function encodeHeader(members: Readonly<Record<string, string | number>>): string {
  return Buffer.from(JSON.stringify(members)).toString('base64url')
}

function sealUnder(
  header: string,
  options: {
    readonly key: Uint8Array
    readonly purpose: string
    readonly poolId: string
    readonly salt: Uint8Array
    readonly value: unknown
  },
): string {
  const { key, purpose, poolId, salt, value } = options
  assert(salt.length === SALT_BYTES, 'a salt has 24 bytes')
  const own = derivedKey(key, salt)
  const aad = associatedBytes(header, purpose, poolId)
  const { body, tag } = encryptGcm({ key: own, nonce: NONCE, aad }, utf8(JSON.stringify(value)))
  return `${header}..${toBase64Url(salt)}.${toBase64Url(body)}.${toBase64Url(tag)}`
}

function openUnder(
  header: string,
  options: {
    readonly key: Uint8Array
    readonly purpose: string
    readonly poolId: string
    readonly text: string
  },
): unknown {
  const { key, purpose, poolId, text } = options
  if (text.length > CHARACTERS_MAX || !text.startsWith(header)) return undefined
  const match = AFTER_HEADER.exec(text.slice(header.length))
  if (match === null) return undefined
  const [, start = '', body = '', tag = ''] = match
  const salt = Buffer.from(start, 'base64url')
  const [own, nonce] = salt.length === SALT_BYTES ? [derivedKey(key, salt), NONCE] : [key, salt]
  const opened = decryptGcm(
    { key: own, nonce, aad: associatedBytes(header, purpose, poolId) },
    { body: Buffer.from(body, 'base64url'), tag: Buffer.from(tag, 'base64url') },
  )
  // Not sealed here, or sealed for something else: an outcome, since any caller can send it.
  return opened && JSON.parse(opened.toString('utf8'))
}

function derivedKey(key: Uint8Array, salt: Uint8Array): Buffer {
  return createHmac('sha256', key).update(DERIVATION).update(salt).digest()
}

function associatedBytes(header: string, purpose: string, poolId: string): Buffer {
  return Buffer.from(`${header}\0${purpose}\0${poolId}`, 'utf8')
}
