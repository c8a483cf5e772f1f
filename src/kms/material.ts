// Key material at rest: the backing keys of a key, sealed under a key that is derived from the
// service key and the Region. The ID of the key is associated data, so material that was moved to
// another row does not open. Each backing key is 8 bytes of ID and 32 bytes of key, newest first.
//
//   version (1) | nonce (12) | sealed backing keys | tag (16)
import { hkdfSync } from 'node:crypto'
import { assert, required } from '#base/assert.js'
import type { Random } from '#base/random.js'
import { NONCE_BYTES, open, seal } from '#domain/crypto/aes-gcm.js'
import type { BackingKey } from '#ports/kms.js'

const VERSION = 1
const ID_BYTES = 8
const KEY_BYTES = 32
const ENTRY_BYTES = ID_BYTES + KEY_BYTES

export interface MaterialStoreOptions {
  readonly serviceKey: Uint8Array
  readonly region: string
  readonly random: Random
}

/** Makes, seals and opens backing keys. Keeps none: opening costs microseconds. */
export class MaterialSeal {
  readonly #key: Buffer
  readonly #random: Random

  constructor({ serviceKey, region, random }: MaterialStoreOptions) {
    this.#key = Buffer.from(hkdfSync('sha256', serviceKey, '', `kms:${region}`, KEY_BYTES))
    this.#random = random
  }

  make(): BackingKey {
    const id = Buffer.from(this.#random.bytes(ID_BYTES)).toString('hex')
    return { id, bytes: this.#random.bytes(KEY_BYTES) }
  }

  seal(keyId: string, backingKeys: readonly BackingKey[]): Uint8Array {
    const nonce = this.#random.bytes(NONCE_BYTES)
    const clear = Buffer.concat(
      backingKeys.flatMap((key) => [Buffer.from(key.id, 'hex'), Buffer.from(key.bytes)]),
    )
    const key = { key: this.#key, nonce, aad: Buffer.from(keyId, 'utf8') }
    const sealed = seal(key, clear, Buffer.of(VERSION))
    clear.fill(0)
    return sealed
  }

  /** Newest first. The callers use the bytes once and let go of them. */
  open(keyId: string, sealed: Uint8Array): readonly [BackingKey, ...BackingKey[]] {
    assert(sealed[0] === VERSION, `the material of ${keyId} has a known form`)
    const clear = open({ key: this.#key, aad: Buffer.from(keyId, 'utf8') }, sealed, 1)
    assert(clear !== undefined, `the material of ${keyId} opens under this service key and Region`)
    const keys: BackingKey[] = []
    for (let from = 0; from < clear.length; from += ENTRY_BYTES) {
      keys.push({
        id: clear.toString('hex', from, from + ID_BYTES),
        bytes: clear.subarray(from + ID_BYTES, from + ENTRY_BYTES),
      })
    }
    const [newest, ...older] = keys
    return [required(newest, `material of ${keyId}`), ...older]
  }
}
