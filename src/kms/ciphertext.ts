// The form of a ciphertext. It names the key and the backing key it was made under, so that Decrypt
// finds them, and never the Region, so that it opens wherever the multi-Region key is:
//
//   version (1) | key ID length (1) | key ID | backing key ID (8) | salt (16) | nonce (12)
//   | ciphertext | tag (16)
//
// Each message has a key of its own, derived from the backing key and the salt. A backing key may
// then seal any number of messages, where random nonces under one AES-GCM key would end at 2^32.
// The header and the encryption context are associated data, both length-prefixed.
import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto'
import type { BackingKey } from '#ports/kms.js'

export type EncryptionContext = Readonly<Record<string, string>>

/** A ciphertext, taken apart and not yet opened. */
export interface Ciphertext {
  readonly keyId: string
  readonly backingKeyId: string
  readonly header: Uint8Array
  readonly salt: Uint8Array
  readonly nonce: Uint8Array
  readonly body: Uint8Array
  readonly tag: Uint8Array
}

const VERSION = 1
const BACKING_ID_BYTES = 8
export const SALT_BYTES = 16
export const NONCE_BYTES = 12
const TAG_BYTES = 16
const PURPOSE = Buffer.from('twinpool-kms-message\0', 'utf8')

/** `random` is SALT_BYTES + NONCE_BYTES random bytes. */
export function encryptMessage(options: {
  readonly keyId: string
  readonly backingKey: BackingKey
  readonly random: Uint8Array
  readonly context: EncryptionContext
  readonly plaintext: Uint8Array
}): Uint8Array {
  const keyId = Buffer.from(options.keyId, 'utf8')
  const header = Buffer.concat([
    Buffer.of(VERSION, keyId.length),
    keyId,
    Buffer.from(options.backingKey.id, 'hex'),
  ])
  const salt = options.random.subarray(0, SALT_BYTES)
  const nonce = options.random.subarray(SALT_BYTES, SALT_BYTES + NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', messageKey(options.backingKey, salt), nonce)
  cipher.setAAD(associatedBytes(header, options.context))
  const body = cipher.update(options.plaintext)
  cipher.final()
  return Buffer.concat([header, salt, nonce, body, cipher.getAuthTag()])
}

/** Undefined when `bytes` cannot be a ciphertext of ours. */
export function parseCiphertext(bytes: Uint8Array): Ciphertext | undefined {
  const idEnd = 2 + (bytes[1] ?? 0)
  const headerEnd = idEnd + BACKING_ID_BYTES
  const saltEnd = headerEnd + SALT_BYTES
  const nonceEnd = saltEnd + NONCE_BYTES
  const bodyEnd = bytes.length - TAG_BYTES
  if (bytes[0] !== VERSION || bodyEnd <= nonceEnd) return undefined
  return {
    keyId: Buffer.from(bytes.subarray(2, idEnd)).toString('utf8'),
    backingKeyId: Buffer.from(bytes.subarray(idEnd, headerEnd)).toString('hex'),
    header: bytes.subarray(0, headerEnd),
    salt: bytes.subarray(headerEnd, saltEnd),
    nonce: bytes.subarray(saltEnd, nonceEnd),
    body: bytes.subarray(nonceEnd, bodyEnd),
    tag: bytes.subarray(bodyEnd),
  }
}

/** Undefined when the ciphertext was changed, or the context or the key is another. */
export function decryptMessage(
  backingKey: BackingKey,
  ciphertext: Ciphertext,
  context: EncryptionContext,
): Uint8Array | undefined {
  const key = messageKey(backingKey, ciphertext.salt)
  const decipher = createDecipheriv('aes-256-gcm', key, ciphertext.nonce)
  decipher.setAAD(associatedBytes(ciphertext.header, context))
  decipher.setAuthTag(ciphertext.tag)
  const plaintext = decipher.update(ciphertext.body)
  try {
    decipher.final()
  } catch {
    return undefined
  }
  return plaintext
}

function messageKey(backingKey: BackingKey, salt: Uint8Array): Buffer {
  return createHmac('sha256', backingKey.bytes).update(PURPOSE).update(salt).digest()
}

/** The same bytes for the same pairs in any order, and never for other pairs. */
function associatedBytes(header: Uint8Array, context: EncryptionContext): Buffer {
  const pairs = Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))
  return Buffer.concat([header, ...pairs.flat().flatMap(prefixed)])
}

function prefixed(text: string): readonly Buffer[] {
  const bytes = Buffer.from(text, 'utf8')
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return [length, bytes]
}
