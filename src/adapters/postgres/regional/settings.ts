// Regional settings and tags of pools: what a Region says of its own surroundings, such as its mail
// sender or its Lambda functions. They come with the pool when it is read, so nothing reads here.
import type { RegionalSettings } from '#domain/pool/settings.js'
import type { RegionalPool } from '#ports/capability.js'
import type { RegionalSettingsStore } from '#ports/regional.js'
import type { PoolCache } from '../cache/pool-cache.js'
import type { Connection } from '../connection/connection.js'
import { json } from '../connection/database.js'
import { writtenOr } from '../connection/sql-rows.js'

type Tags = Readonly<Record<string, string>>

export class PostgresRegionalSettings implements RegionalSettingsStore {
  readonly #connection: Connection
  readonly #cache: PoolCache

  constructor(connection: Connection, cache: PoolCache) {
    this.#connection = connection
    this.#cache = cache
  }

  async set(pool: RegionalPool, settings: RegionalSettings): Promise<'written' | 'conflict'> {
    const { count } = await this.#connection.query(
      (sql) => sql`
        insert into regional_settings (user_pool_id, settings)
        values (${pool.id}, ${json(sql, settings)})
        on conflict (user_pool_id) do update
          set settings = excluded.settings, modified_at = now()
          where regional_settings.settings = ${json(sql, pool.regionalSettings)}`,
    )
    this.#cache.poolChanged(pool.id, this.#connection)
    return writtenOr(count)
  }

  async setTags(pool: RegionalPool, tags: Tags): Promise<'written' | 'conflict'> {
    const { count } = await this.#connection.query(
      (sql) => sql`
        insert into regional_settings (user_pool_id, tags) values (${pool.id}, ${json(sql, tags)})
        on conflict (user_pool_id) do update set tags = excluded.tags, modified_at = now()
          where regional_settings.tags = ${json(sql, pool.tags)}`,
    )
    this.#cache.poolChanged(pool.id, this.#connection)
    return writtenOr(count)
  }

  // Overwrites what an earlier replica of the pool may have left here.
  async insert(poolId: string, first: { settings: RegionalSettings; tags: Tags }): Promise<void> {
    await this.#connection.query(
      (sql) => sql`
        insert into regional_settings (user_pool_id, settings, tags)
        values (${poolId}, ${json(sql, first.settings)}, ${json(sql, first.tags)})
        on conflict (user_pool_id) do update
          set settings = excluded.settings, tags = excluded.tags, modified_at = now()`,
    )
    this.#cache.poolChanged(poolId, this.#connection)
  }

  async remove(poolId: string): Promise<void> {
    await this.#connection.query(
      (sql) => sql`delete from regional_settings where user_pool_id = ${poolId}`,
    )
    this.#cache.poolChanged(poolId, this.#connection)
  }
}
