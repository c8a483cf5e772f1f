// The form of a ciphertext. It names the key and the backing key it was made under, so that Decrypt
// finds them, and never the Region, so that it opens wherever the multi-Region key is:
//
//   version (1) | key ID length (1) | key ID | backing key ID (8) | salt (16) | nonce (12)
//   | ciphertext | tag (16)
//
// Each message has a key of its own, derived from the backing key and the salt. A backing key may
// then seal any number of messages, where random nonces under one AES-GCM key would end at 2^32.
// The header and the encryption context are associated data, both length-prefixed.
import { createHmac } from 'node:crypto'
import { NONCE_BYTES, open, seal, TAG_BYTES } from '#domain/crypto/aes-gcm.js'
import type { BackingKey } from '#ports/kms.js'

export type EncryptionContext = Readonly<Record<string, string>>

/** A ciphertext, taken apart and not yet opened. */
export interface Ciphertext {
  readonly keyId: string
  readonly backingKeyId: string
  readonly header: Uint8Array
  readonly salt: Uint8Array
  /** Nonce, ciphertext and tag. */
  readonly sealed: Uint8Array
}

const VERSION = 1
const BACKING_ID_BYTES = 8
export const SALT_BYTES = 16
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
  const key = messageKey(options.backingKey, salt)
  const aad = associatedBytes(header, options.context)
  return seal({ key, nonce, aad }, options.plaintext, header, salt)
}

/** Undefined when `bytes` cannot be a ciphertext of ours. */
export function parseCiphertext(bytes: Uint8Array): Ciphertext | undefined {
  const idEnd = 2 + (bytes[1] ?? 0)
  const headerEnd = idEnd + BACKING_ID_BYTES
  const saltEnd = headerEnd + SALT_BYTES
  const bodyBytes = bytes.length - saltEnd - NONCE_BYTES - TAG_BYTES
  if (bytes[0] !== VERSION || bodyBytes <= 0) return undefined
  return {
    keyId: Buffer.from(bytes.subarray(2, idEnd)).toString('utf8'),
    backingKeyId: Buffer.from(bytes.subarray(idEnd, headerEnd)).toString('hex'),
    header: bytes.subarray(0, headerEnd),
    salt: bytes.subarray(headerEnd, saltEnd),
    sealed: bytes.subarray(saltEnd),
  }
}

/** Undefined when the ciphertext was changed, or the context or the key is another. */
export function decryptMessage(
  backingKey: BackingKey,
  ciphertext: Ciphertext,
  context: EncryptionContext,
): Uint8Array | undefined {
  const key = messageKey(backingKey, ciphertext.salt)
  return open({ key, aad: associatedBytes(ciphertext.header, context) }, ciphertext.sealed)
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
