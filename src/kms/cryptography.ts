// Encrypting and decrypting under a key of this Region, once access and state have been checked.
import { NONCE_BYTES } from '#domain/crypto/aes-gcm.js'
import type { KmsKey } from '#ports/kms.js'
import {
  type Ciphertext,
  decryptMessage,
  type EncryptionContext,
  encryptMessage,
  parseCiphertext,
  SALT_BYTES,
} from './ciphertext.js'
import { KmsError } from './errors.js'
import type { KmsServices } from './services.js'

/** The only algorithm that symmetric keys have. */
export const ALGORITHM = 'SYMMETRIC_DEFAULT' as const

type Means = Pick<KmsServices, 'material' | 'random'>

export function encryptUnder(
  { material, random }: Means,
  key: KmsKey,
  plaintext: Uint8Array,
  context: EncryptionContext = {},
): Uint8Array {
  const [backingKey] = material.open(key.id, key.materialSealed)
  return encryptMessage({
    keyId: key.id,
    backingKey,
    random: random.bytes(SALT_BYTES + NONCE_BYTES),
    context,
    plaintext,
  })
}

/** Throws InvalidCiphertextException, which never says why. */
export function decryptUnder(
  { material }: Pick<Means, 'material'>,
  key: KmsKey,
  ciphertext: Ciphertext,
  context: EncryptionContext = {},
): Uint8Array {
  const backingKey = material
    .open(key.id, key.materialSealed)
    .find((each) => each.id === ciphertext.backingKeyId)
  const plaintext = backingKey && decryptMessage(backingKey, ciphertext, context)
  if (plaintext === undefined) throw invalidCiphertext()
  return plaintext
}

/** Throws InvalidCiphertextException. */
export function readCiphertext(bytes: Uint8Array): Ciphertext {
  const ciphertext = parseCiphertext(bytes)
  if (ciphertext === undefined) throw invalidCiphertext()
  return ciphertext
}

/** Throws IncorrectKeyException unless the ciphertext was made under the key. */
export function requireEncryptedUnder(key: KmsKey, ciphertext: Ciphertext): void {
  if (key.id === ciphertext.keyId) return
  throw new KmsError(
    'IncorrectKeyException',
    'The key ID in the request does not identify a CMK that can perform this operation.',
  )
}

// The service gives no message here: a reason would help an attacker who changes ciphertexts.
function invalidCiphertext(): KmsError {
  return new KmsError('InvalidCiphertextException', '')
}
