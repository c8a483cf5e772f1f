// The service's own wrapping key, for pools without a customer managed key. It is derived from the
// service key, which every Region has, so that what one Region wrapped another unwraps. The pool's
// ARN is associated data: a wrapped key that was moved to another pool does not open.
//
//   version (1) | nonce (12) | sealed key | tag (16)
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import type { Random } from '#base/random.js'
import { KeyRefusedError } from '#ports/keys.js'

const VERSION = 1
const NONCE_BYTES = 12
const TAG_BYTES = 16

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
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce)
    cipher.setAAD(Buffer.from(poolArn, 'utf8'))
    const body = cipher.update(plaintext)
    cipher.final()
    return Buffer.concat([Buffer.of(VERSION), nonce, body, cipher.getAuthTag()])
  }

  /** Throws KeyRefusedError. */
  unwrap(wrapped: Uint8Array, poolArn: string): Uint8Array {
    const bodyStart = 1 + NONCE_BYTES
    const bodyEnd = wrapped.length - TAG_BYTES
    if (wrapped[0] !== VERSION || bodyEnd < bodyStart) throw refused()
    const nonce = wrapped.subarray(1, bodyStart)
    const decipher = createDecipheriv('aes-256-gcm', this.#key, nonce)
    decipher.setAAD(Buffer.from(poolArn, 'utf8'))
    decipher.setAuthTag(wrapped.subarray(bodyEnd))
    const plaintext = decipher.update(wrapped.subarray(bodyStart, bodyEnd))
    try {
      decipher.final()
    } catch (cause) {
      throw refused(cause)
    }
    return plaintext
  }
}

function refused(cause?: unknown): KeyRefusedError {
  return new KeyRefusedError('invalid-ciphertext', SERVICE_KEY_NAME, { cause })
}
