// Wrapped data keys and sealed signing keys of pools. Both are read on the way of every call whose
// lease of opened keys ran out, so the lists are kept in memory.
import { assert } from '#base/assert.js'
import type { TokenUse } from '#domain/token/signing-key-choice.js'
import type { Pool, PrimaryPool } from '#ports/capability.js'
import type { DataKey, DataKeys } from '#ports/directory.js'
import type { SigningKey, SigningKeys } from '#ports/signing-keys.js'
import { lockName } from '../connection/connection.js'
import { CachedRepository } from '../connection/repository.js'
import { at, json } from '../connection/values.js'

export class PostgresDataKeys extends CachedRepository implements DataKeys {
  async list(pool: Pool): Promise<readonly DataKey[]> {
    return (await this.cache.lists(pool.id)).dataKeys
  }

  async insert(poolId: string, key: DataKey): Promise<void> {
    await this.changePool(
      poolId,
      (sql) => sql`
        insert into data_keys (user_pool_id, data_key_id, purpose, kms_key_arn, wrapped,
          encryption_context, created_at)
        values (${poolId}, ${key.id}, ${key.purpose}, ${key.kmsKeyArn ?? null}, ${key.wrapped},
          ${key.encryptionContext ?? null}, ${at(key.createdAtMs)})`,
    )
  }

  async rewrap(pool: PrimaryPool, keys: readonly DataKey[]): Promise<void> {
    for (const key of keys) {
      const { count } = await this.query(
        (sql) => sql`
          update data_keys set kms_key_arn = ${key.kmsKeyArn ?? null}, wrapped = ${key.wrapped}
           where user_pool_id = ${pool.id} and data_key_id = ${key.id}`,
      )
      // A key that stayed behind could not be opened any more; the transaction must not commit.
      assert(count === 1, `data key ${key.id} exists`)
    }
    this.cache.poolChanged(pool.id, this.connection)
  }
}

export class PostgresSigningKeys extends CachedRepository implements SigningKeys {
  async list(pool: Pool): Promise<readonly SigningKey[]> {
    return (await this.cache.lists(pool.id)).signingKeys
  }

  async insert(poolId: string, key: SigningKey): Promise<void> {
    // The use is a member of the JWK, and no column: a Region with an earlier version takes it too.
    const jwk = { ...key.publicJwk, token_use: key.tokenUse }
    await this.changePool(
      poolId,
      (sql) => sql`
        insert into signing_keys (user_pool_id, kid, public_jwk, private_key_sealed, created_at)
        values (${poolId}, ${key.kid}, ${json(sql, jwk)}, ${key.privateKeySealed},
          ${at(key.createdAtMs)})`,
    )
  }

  async insertMissing(
    pool: PrimaryPool,
    key: SigningKey & { readonly tokenUse: TokenUse },
  ): Promise<'inserted' | 'exists'> {
    return this.connection.atomically(async (connection) => {
      await lockName(connection, `signing key of ${pool.id}`)
      const found = await connection.query(
        (sql) => sql`
          select from signing_keys
           where user_pool_id = ${pool.id} and public_jwk ->> 'token_use' = ${key.tokenUse}`,
      )
      if (found.length > 0) return 'exists'
      await new PostgresSigningKeys(connection, this.cache).insert(pool.id, key)
      return 'inserted'
    })
  }

  async poolsWithout(
    tokenUse: TokenUse,
    { afterId, limit }: { readonly afterId: string; readonly limit: number },
  ): Promise<readonly string[]> {
    const rows = await this.query(
      (sql) => sql<{ user_pool_id: string }[]>`
        select user_pool_id from user_pools p
         where replica_regions[1] = ${this.connection.region} and user_pool_id > ${afterId}
           and not exists (
             select from signing_keys k
              where k.user_pool_id = p.user_pool_id and k.public_jwk ->> 'token_use' = ${tokenUse})
         order by user_pool_id limit ${limit}`,
    )
    return rows.map((row) => row.user_pool_id)
  }
}
