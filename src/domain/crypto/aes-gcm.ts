// AES-256-GCM (NIST SP 800-38D) with nonces of 96 bits and whole tags, as every sealed form uses
// it: fields of rows, key material, ciphertexts of the KMS, tokens, messages of the link. They
// differ in what stands before the nonce and in what is associated.
import { createCipheriv, createDecipheriv } from 'node:crypto'

/** Bytes of a nonce. One key and nonce seal one message, ever. */
export const NONCE_BYTES = 12

/** Bytes of a tag. */
export const TAG_BYTES = 16

const ALGORITHM = 'aes-256-gcm'
const OPTIONS = { authTagLength: TAG_BYTES }

interface Key {
  /** 32 bytes. */
  readonly key: Uint8Array
  /** Covered by the tag and not sent along: who opens must know it. */
  readonly aad: Uint8Array
}

/** Encrypts. The key and the nonce are never used together again. */
export function encryptGcm(
  { key, aad, nonce }: Key & { readonly nonce: Uint8Array },
  plaintext: Uint8Array,
): { readonly body: Buffer; readonly tag: Buffer } {
  const cipher = createCipheriv(ALGORITHM, key, nonce, OPTIONS)
  cipher.setAAD(aad)
  const body = cipher.update(plaintext)
  cipher.final()
  return { body, tag: cipher.getAuthTag() }
}

/** Decrypts; undefined when anything was changed, or key or associated data are others. */
export function decryptGcm(
  { key, aad, nonce }: Key & { readonly nonce: Uint8Array },
  { body, tag }: { readonly body: Uint8Array; readonly tag: Uint8Array },
): Buffer | undefined {
  if (tag.length !== TAG_BYTES) return undefined
  const decipher = createDecipheriv(ALGORITHM, key, nonce, OPTIONS)
  decipher.setAAD(aad)
  decipher.setAuthTag(tag)
  const plaintext = decipher.update(body)
  try {
    decipher.final()
  } catch {
    return undefined
  }
  return plaintext
}

/** `prefix | nonce | ciphertext | tag`. */
export function seal(
  key: Key & { readonly nonce: Uint8Array },
  plaintext: Uint8Array,
  ...prefix: readonly Uint8Array[]
): Buffer {
  const { body, tag } = encryptGcm(key, plaintext)
  return Buffer.concat([...prefix, key.nonce, body, tag])
}

/** Opens what `seal` made with a prefix of that many bytes; undefined as for `decryptGcm`. */
export function open(key: Key, sealed: Uint8Array, prefixBytes = 0): Buffer | undefined {
  const start = prefixBytes + NONCE_BYTES
  const end = sealed.length - TAG_BYTES
  if (end < start) return undefined
  const nonce = sealed.subarray(prefixBytes, start)
  return decryptGcm(
    { ...key, nonce },
    { body: sealed.subarray(start, end), tag: sealed.subarray(end) },
  )
}
