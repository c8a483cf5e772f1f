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
// one key must not see more than 2^32 random nonces (NIST SP 800-38D, section 8.3), and strangers
// can make a service seal challenge sessions; of salts of 192 bits there are enough. Tokens of
// earlier versions are sealed with the pool's key itself and a nonce of 12 bytes, and still open.
import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto'
import { assert } from '#base/assert.js'

const HEADER = Buffer.from('{"cty":"JWT","enc":"A256GCM","alg":"dir"}').toString('base64url')
const FORM = new RegExp(String.raw`^${HEADER}\.\.([\w-]{16}|[\w-]{32})\.([\w-]+)\.([\w-]{22})$`)
const SALT_BYTES = 24
/** A derived key seals one token, so its nonce may be any. */
const NONCE = Buffer.alloc(12)
const DERIVATION = Buffer.from('twinpool sealed token\0', 'utf8')
const TAG_BYTES = 16
/** Bounds what a stranger's text costs. A refresh token of ours has about 400 characters. */
const CHARACTERS_MAX = 32_768

/** Seals a JSON value. `key` is 32 bytes; `salt` 24 random bytes, never used twice. */
export function sealToken(
  key: Uint8Array,
  purpose: string,
  poolId: string,
  salt: Uint8Array,
  value: unknown,
): string {
  assert(salt.length === SALT_BYTES, 'a salt has 24 bytes')
  const own = derivedKey(key, salt)
  const cipher = createCipheriv('aes-256-gcm', own, NONCE, { authTagLength: TAG_BYTES })
  cipher.setAAD(associatedBytes(purpose, poolId))
  const body = cipher.update(JSON.stringify(value), 'utf8')
  const rest = cipher.final()
  const sealed = Buffer.concat([body, rest]).toString('base64url')
  const tag = cipher.getAuthTag().toString('base64url')
  return `${HEADER}..${Buffer.from(salt).toString('base64url')}.${sealed}.${tag}`
}

/** What sealToken sealed under the same key, purpose and pool; undefined for any other text. */
export function openToken(key: Uint8Array, purpose: string, poolId: string, text: string): unknown {
  if (text.length > CHARACTERS_MAX) return undefined
  const match = FORM.exec(text)
  if (match === null) return undefined
  const [, start = '', body = '', tag = ''] = match
  const options = { authTagLength: TAG_BYTES }
  const salt = Buffer.from(start, 'base64url')
  const [own, nonce] = salt.length === SALT_BYTES ? [derivedKey(key, salt), NONCE] : [key, salt]
  const decipher = createDecipheriv('aes-256-gcm', own, nonce, options)
  decipher.setAAD(associatedBytes(purpose, poolId))
  decipher.setAuthTag(Buffer.from(tag, 'base64url'))
  const opened = decipher.update(Buffer.from(body, 'base64url'))
  try {
    decipher.final()
  } catch {
    // Made by somebody else, or for something else: an outcome, since strangers send it.
    return undefined
  }
  return JSON.parse(opened.toString('utf8'))
}

function derivedKey(key: Uint8Array, salt: Uint8Array): Buffer {
  return createHmac('sha256', key).update(DERIVATION).update(salt).digest()
}

function associatedBytes(purpose: string, poolId: string): Buffer {
  return Buffer.from(`${HEADER}\0${purpose}\0${poolId}`, 'utf8')
}
