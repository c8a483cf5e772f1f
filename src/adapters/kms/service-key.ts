// The service's own wrapping key, for pools without a customer managed key. It is derived from the
// service key, which every Region has, so that what one Region wrapped another unwraps. The pool's
// ARN is associated data: a wrapped key that was moved to another pool does not open.
//
//   version (1) | nonce (12) | sealed key | tag (16)
import { hkdfSync } from 'node:crypto'
import type { Random } from '#base/random.js'
import { NONCE_BYTES, open, seal } from '#domain/crypto/aes-gcm.js'
import { KeyRefusedError } from '#ports/keys.js'

const VERSION = 1

/** What refusals of this key are named. */
export const SERVICE_KEY_NAME = 'AWS_OWNED_KEY'

export class ServiceKey {
  readonly #key: Buffer
  readonly #random: Random

  constructor({ serviceKey, random }: { serviceKey: Uint8Array; random: Random }) {
    this.#key = Buffer.from(hkdfSync('sha256', serviceKey, '', 'service-key', 32))
    this.#random = random
  }

  wrap(plaintext: Uint8Array, poolArn: string): Uint8Array {
    const nonce = this.#random.bytes(NONCE_BYTES)
    const key = { key: this.#key, nonce, aad: Buffer.from(poolArn, 'utf8') }
    return seal(key, plaintext, Buffer.of(VERSION))
  }

  /** Throws KeyRefusedError. */
  unwrap(wrapped: Uint8Array, poolArn: string): Uint8Array {
    const key = { key: this.#key, aad: Buffer.from(poolArn, 'utf8') }
    const plaintext = wrapped[0] === VERSION ? open(key, wrapped, 1) : undefined
    if (plaintext === undefined) throw new KeyRefusedError('invalid-ciphertext', SERVICE_KEY_NAME)
    return plaintext
  }
}
