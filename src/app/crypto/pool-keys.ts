// Leases of pools' keys. A pool's data keys are unwrapped by the KMS and kept for a bounded time
// and number of uses. After that the KMS is asked again, so a key that was disabled, denied or
// scheduled for deletion stops its pool within that time, and the pool recovers by itself when the
// key is usable again. There is no fallback to clear text and no stale use: fail closed.

import { required } from '#base/assert.js'
import type { Clock } from '#base/clock.js'
import type { Random } from '#base/random.js'
import { poolArn } from '#domain/arn.js'
import type { Pool } from '#ports/capability.js'
import type { DataKey, DataKeys } from '#ports/directory.js'
import { type KeyRefusal, KeyRefusedError, type KeyService, type WrappingKey } from '#ports/keys.js'
import { PoolCipher, type PoolCiphers } from './pool-cipher.js'

interface Lease {
  readonly cipher: PoolCipher
  readonly expiresAtMs: number
  /**
   * When the pool was created: one that was deleted and created again under its ID, by whichever
   * process, has other data keys.
   */
  readonly createdAtMs: number
  /** The wrappings that were unwrapped; another set of rows means another lease. */
  readonly wrappedBy: string | undefined
  usesLeft: number
}

/** What this process knows of pools' keys. */
export interface PoolKeyFigures {
  /** Leases that are in force. */
  readonly leases: number
  /** The age of the oldest of them; 0 without one. */
  readonly oldestMs: number
  /** Pools by the last that the KMS said. */
  readonly states: ReadonlyMap<'usable' | KeyRefusal, number>
}

/** Pools whose keys were refused last, of which the refusal is remembered. */
const REFUSED_MAX = 10_000

const PURPOSES = ['data', 'index', 'token'] as const

export interface PoolKeysOptions {
  readonly keyService: KeyService
  readonly dataKeys: DataKeys
  readonly clock: Clock
  readonly random: Random
  readonly accountId: string
  readonly ttlMs: number
  readonly usesMax: number
}

/** The ARN of a pool in its home Region, under which its data keys are wrapped. */
function homeArn(accountId: string, pool: { homeRegion: string; id: string }): string {
  return poolArn({ region: pool.homeRegion, accountId }, pool.id)
}

/** The encryption context that a data key of the pool was wrapped with. */
export function contextOf(
  accountId: string,
  pool: { readonly homeRegion: string; readonly id: string },
  key: DataKey,
): string {
  return key.encryptionContext ?? homeArn(accountId, pool)
}

export function wrappingKey(kmsKeyArn: string | undefined): WrappingKey {
  return kmsKeyArn === undefined
    ? { type: 'AWS_OWNED_KEY' }
    : { type: 'CUSTOMER_MANAGED_KEY', arn: kmsKeyArn }
}

export class PoolKeys implements PoolCiphers {
  readonly #options: PoolKeysOptions
  readonly #leases = new Map<string, Lease>()
  readonly #loading = new Map<string, Promise<PoolCipher>>()
  /** The last refusal of pools without a lease. */
  readonly #refused = new Map<string, KeyRefusal>()

  constructor(options: PoolKeysOptions) {
    this.#options = options
  }

  /** How long a key that was refused since goes on opening what is sealed, at most. */
  get leaseMs(): number {
    return this.#options.ttlMs
  }

  /** The pool's cipher. Throws KeyRefusedError when the KMS does. */
  cipher(pool: Pool): PoolCipher | Promise<PoolCipher> {
    const lease = this.#leases.get(pool.id)
    if (
      lease !== undefined &&
      lease.usesLeft > 0 &&
      lease.expiresAtMs > this.#options.clock.nowMs() &&
      lease.createdAtMs === pool.createdAtMs &&
      lease.wrappedBy === pool.kmsKeyArn
    ) {
      lease.usesLeft -= 1
      return lease.cipher
    }
    const keys = `${pool.id} ${pool.createdAtMs} ${pool.kmsKeyArn}`
    const loading = this.#loading.get(keys)
    if (loading !== undefined) return loading
    const load = this.#lease(pool)
      .catch((error: unknown) => this.#onFailure(pool, error))
      .finally(() => this.#loading.delete(keys))
    this.#loading.set(keys, load)
    return load
  }

  /** Forgets the lease, as after a change of the pool's key. */
  forget(poolId: string): void {
    this.#leases.delete(poolId)
  }

  /** For those who run the service. */
  figures(): PoolKeyFigures {
    const { clock, ttlMs } = this.#options
    const nowMs = clock.nowMs()
    const inForce = [...this.#leases.values()].filter(({ expiresAtMs }) => expiresAtMs > nowMs)
    const ages = inForce.map(({ expiresAtMs }) => ttlMs - (expiresAtMs - nowMs))
    const states = new Map<'usable' | KeyRefusal, number>([['usable', inForce.length]])
    for (const refusal of this.#refused.values()) {
      states.set(refusal, (states.get(refusal) ?? 0) + 1)
    }
    const oldestMs = ages.reduce((oldest, age) => Math.max(oldest, age), 0)
    return { leases: inForce.length, oldestMs, states }
  }

  /** Makes the three data keys of a new pool and gives the cipher to seal its first rows with. */
  async create(
    pool: { id: string; region: string; kmsKeyArn: string | undefined },
    store: (keys: readonly DataKey[]) => Promise<void>,
  ): Promise<PoolCipher> {
    const { keyService, clock, random, accountId } = this.#options
    const encryptionContext = homeArn(accountId, { homeRegion: pool.region, id: pool.id })
    const opened = new Map<DataKey['purpose'], { id: string; plaintext: Uint8Array }>()
    const rows: DataKey[] = []
    for (const purpose of PURPOSES) {
      const { plaintext, wrapped } = await keyService.generate(
        wrappingKey(pool.kmsKeyArn),
        encryptionContext,
      )
      const id = Buffer.from(random.bytes(8)).toString('hex')
      opened.set(purpose, { id, plaintext })
      const { kmsKeyArn } = pool
      const createdAtMs = clock.nowMs()
      rows.push({ id, purpose, kmsKeyArn, wrapped, encryptionContext, createdAtMs })
    }
    await store(rows)
    const data = required(opened.get('data'), 'data key')
    return new PoolCipher({
      poolId: pool.id,
      dataKeys: new Map([[data.id, data.plaintext]]),
      indexKey: required(opened.get('index'), 'index key').plaintext,
      tokenKey: required(opened.get('token'), 'token key').plaintext,
      random,
    })
  }

  /** Wraps the pool's data keys under another key; the caller writes the rows and the new ARN. */
  async rewrap(pool: Pool, kmsKeyArn: string | undefined): Promise<readonly DataKey[]> {
    const { keyService, dataKeys, accountId } = this.#options
    const rows: DataKey[] = []
    for (const row of await dataKeys.list(pool)) {
      const arn = contextOf(accountId, pool, row)
      const plaintext = await keyService.unwrap(wrappingKey(row.kmsKeyArn), row.wrapped, arn)
      const wrapped = await keyService.wrap(wrappingKey(kmsKeyArn), plaintext, arn)
      rows.push({ ...row, kmsKeyArn, wrapped })
    }
    return rows
  }

  #onFailure(pool: Pool, error: unknown): never {
    if (error instanceof KeyRefusedError) {
      this.#refused.delete(pool.id)
      if (this.#refused.size >= REFUSED_MAX) {
        this.#refused.delete(this.#refused.keys().next().value ?? '')
      }
      this.#refused.set(pool.id, error.refusal)
    }
    throw error
  }

  async #lease(pool: Pool): Promise<PoolCipher> {
    const { keyService, dataKeys, clock, random, accountId, ttlMs, usesMax } = this.#options
    // Counted from before the question: a slow KMS shortens the lease, never lengthens it.
    const expiresAtMs = clock.nowMs() + ttlMs
    this.#leases.delete(pool.id)
    const opened = await Promise.all(
      (await dataKeys.list(pool)).map(async (row) => ({
        row,
        plaintext: await keyService.unwrap(
          wrappingKey(row.kmsKeyArn),
          row.wrapped,
          contextOf(accountId, pool, row),
        ),
      })),
    )
    const newestFirst = opened.sort((a, b) => b.row.createdAtMs - a.row.createdAtMs)
    const newest = (purpose: DataKey['purpose']) =>
      required(newestFirst.find((key) => key.row.purpose === purpose)?.plaintext, `${purpose} key`)
    const cipher = new PoolCipher({
      poolId: pool.id,
      dataKeys: new Map(
        newestFirst
          .filter((key) => key.row.purpose === 'data')
          .map((key) => [key.row.id, key.plaintext]),
      ),
      indexKey: newest('index'),
      tokenKey: newest('token'),
      random,
    })
    this.#refused.delete(pool.id)
    this.#leases.set(pool.id, {
      cipher,
      expiresAtMs,
      createdAtMs: pool.createdAtMs,
      wrappedBy: pool.kmsKeyArn,
      usesLeft: usesMax,
    })
    return cipher
  }
}
