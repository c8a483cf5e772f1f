// The opened keys of one pool, for as long as the lease that the KMS gave lasts. Everything that
// was opened with them (signing keys, client secrets) is remembered on the cipher itself and so is
// forgotten with it: when the customer switches the key off, nothing opened outlives the lease.
import { createHmac } from 'node:crypto'
import { required } from '#base/assert.js'
import { textOf, utf8 } from '#base/bytes.js'
import type { Random } from '#base/random.js'
import { dataKeyIdOf, openField, sealField } from '#domain/crypto/envelope.js'
import type { Pool } from '#ports/capability.js'

/** A field that does not open at its place: damage, a moved row, or a key that is gone. */
export class SealedFieldError extends Error {
  override readonly name = 'SealedFieldError'
}

/** Returns the ciphers of pools, from memory or by asking the KMS. */
export interface PoolCiphers {
  /** Throws KeyRefusedError when the KMS refuses. */
  cipher(pool: Pool): PoolCipher | Promise<PoolCipher>
}

/** Where a field belongs inside the pool. */
export interface PoolFieldContext {
  readonly table: string
  readonly column: string
  readonly row: string
}

const REMEMBERED_MAX = 4096

export class PoolCipher {
  readonly poolId: string
  /** 32 bytes that seal refresh tokens and challenge sessions. */
  readonly tokenKey: Uint8Array
  readonly #dataKeys: ReadonlyMap<string, Uint8Array>
  readonly #sealingKeyId: string
  readonly #indexKey: Uint8Array
  readonly #random: Random
  readonly #remembered = new Map<string, unknown>()

  constructor(options: {
    poolId: string
    /** By ID, the newest (which seals) first. */
    dataKeys: ReadonlyMap<string, Uint8Array>
    indexKey: Uint8Array
    tokenKey: Uint8Array
    random: Random
  }) {
    this.poolId = options.poolId
    this.tokenKey = options.tokenKey
    this.#dataKeys = options.dataKeys
    this.#indexKey = options.indexKey
    this.#random = options.random
    const [first] = options.dataKeys.keys()
    this.#sealingKeyId = required(first, 'data key')
  }

  seal(context: PoolFieldContext, plaintext: Uint8Array): Uint8Array {
    return sealField({
      key: required(this.#dataKeys.get(this.#sealingKeyId), 'sealing key'),
      dataKeyId: this.#sealingKeyId,
      nonce: this.#random.bytes(12),
      context: { poolId: this.poolId, ...context },
      plaintext,
    })
  }

  open(context: PoolFieldContext, sealed: Uint8Array): Uint8Array {
    const key = this.#dataKeys.get(dataKeyIdOf(sealed) ?? '')
    const opened = key && openField(key, { poolId: this.poolId, ...context }, sealed)
    if (opened === undefined) {
      throw new SealedFieldError(
        `${context.table}.${context.column} of ${this.poolId} does not open`,
      )
    }
    return opened
  }

  sealJson(context: PoolFieldContext, value: unknown): Uint8Array {
    return this.seal(context, utf8(JSON.stringify(value)))
  }

  openJson(context: PoolFieldContext, sealed: Uint8Array): unknown {
    return JSON.parse(textOf(this.open(context, sealed)))
  }

  /** HMAC-SHA-256 of a value under the pool's index key; `kind` keeps attributes apart. */
  hash(kind: string, value: string): Uint8Array {
    return createHmac('sha256', this.#indexKey).update(`${kind}\0${value}`, 'utf8').digest()
  }

  /** The first 8 bytes of `hash`, as PostgreSQL's bigint. */
  term(kind: string, value: string): bigint {
    return Buffer.from(this.hash(kind, value)).readBigInt64BE(0)
  }

  /** The value of `make`, made once for each `name` in the life of this cipher. */
  remember<T>(name: string, make: () => T): T {
    if (this.#remembered.has(name)) return this.#remembered.get(name) as T
    const value = make()
    // Full is rare (a pool with thousands of clients); starting over is cheap and bounded.
    if (this.#remembered.size >= REMEMBERED_MAX) this.#remembered.clear()
    this.#remembered.set(name, value)
    return value
  }
}
