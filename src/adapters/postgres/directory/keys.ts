// Wrapped data keys and sealed signing keys of pools. Both are read on the way of every call whose
// lease of opened keys ran out, so the lists are kept in memory.
import { assert } from '#base/assert.js'
import type { Pool, PrimaryPool } from '#ports/capability.js'
import type { DataKey, DataKeys, SigningKey, SigningKeys } from '#ports/directory.js'
import type { Connection } from '../connection.js'
import { at, json } from '../database.js'
import type { PoolCache } from '../pool-cache.js'

export class PostgresDataKeys implements DataKeys {
  readonly #connection: Connection
  readonly #cache: PoolCache

  constructor(connection: Connection, cache: PoolCache) {
    this.#connection = connection
    this.#cache = cache
  }

  async list(pool: Pool): Promise<readonly DataKey[]> {
    return (await this.#cache.lists(pool.id)).dataKeys
  }

  async insert(poolId: string, key: DataKey): Promise<void> {
    await this.#connection.query(
      (sql) => sql`
        insert into data_keys (user_pool_id, data_key_id, purpose, kms_key_arn, wrapped, created_at)
        values (${poolId}, ${key.id}, ${key.purpose}, ${key.kmsKeyArn ?? null}, ${key.wrapped},
          ${at(key.createdAtMs)})`,
    )
    this.#cache.poolChanged(poolId, this.#connection)
  }

  async rewrap(pool: PrimaryPool, keys: readonly DataKey[]): Promise<void> {
    for (const key of keys) {
      const { count } = await this.#connection.query(
        (sql) => sql`
          update data_keys set kms_key_arn = ${key.kmsKeyArn ?? null}, wrapped = ${key.wrapped}
           where user_pool_id = ${pool.id} and data_key_id = ${key.id}`,
      )
      // A key that stayed behind could not be opened any more; the transaction must not commit.
      assert(count === 1, `data key ${key.id} exists`)
    }
    this.#cache.poolChanged(pool.id, this.#connection)
  }
}

export class PostgresSigningKeys implements SigningKeys {
  readonly #connection: Connection
  readonly #cache: PoolCache

  constructor(connection: Connection, cache: PoolCache) {
    this.#connection = connection
    this.#cache = cache
  }

  async list(pool: Pool): Promise<readonly SigningKey[]> {
    return (await this.#cache.lists(pool.id)).signingKeys
  }

  async insert(poolId: string, key: SigningKey): Promise<void> {
    await this.#connection.query(
      (sql) => sql`
        insert into signing_keys (user_pool_id, kid, public_jwk, private_key_sealed, created_at)
        values (${poolId}, ${key.kid}, ${json(sql, key.publicJwk)}, ${key.privateKeySealed},
          ${at(key.createdAtMs)})`,
    )
    this.#cache.poolChanged(poolId, this.#connection)
  }
}
