// Regional settings and tags of pools: what a Region says of its own surroundings, such as its mail
// sender or its Lambda functions. They come with the pool when it is read, so nothing reads here.
import type { RegionalSettings } from '#domain/pool/settings.js'
import type { RegionalPool } from '#ports/capability.js'
import type { RegionalSettingsStore } from '#ports/regional.js'
import { CachedRepository } from '../connection/repository.js'
import { json } from '../connection/values.js'

type Tags = Readonly<Record<string, string>>

export class PostgresRegionalSettings extends CachedRepository implements RegionalSettingsStore {
  async set(pool: RegionalPool, settings: RegionalSettings): Promise<'written' | 'conflict'> {
    const isWritten = await this.changePool(
      pool.id,
      (sql) => sql`
        insert into regional_settings (user_pool_id, settings)
        values (${pool.id}, ${json(sql, settings)})
        on conflict (user_pool_id) do update
          set settings = excluded.settings, modified_at = now()
          where regional_settings.settings = ${json(sql, pool.regionalSettings)}`,
    )
    return isWritten ? 'written' : 'conflict'
  }

  async setTags(pool: RegionalPool, tags: Tags): Promise<'written' | 'conflict'> {
    const isWritten = await this.changePool(
      pool.id,
      (sql) => sql`
        insert into regional_settings (user_pool_id, tags) values (${pool.id}, ${json(sql, tags)})
        on conflict (user_pool_id) do update set tags = excluded.tags, modified_at = now()
          where regional_settings.tags = ${json(sql, pool.tags)}`,
    )
    return isWritten ? 'written' : 'conflict'
  }

  // Overwrites what an earlier replica of the pool may have left here.
  async insert(poolId: string, first: { settings: RegionalSettings; tags: Tags }): Promise<void> {
    await this.changePool(
      poolId,
      (sql) => sql`
        insert into regional_settings (user_pool_id, settings, tags)
        values (${poolId}, ${json(sql, first.settings)}, ${json(sql, first.tags)})
        on conflict (user_pool_id) do update
          set settings = excluded.settings, tags = excluded.tags, modified_at = now()`,
    )
  }

  async remove(poolId: string): Promise<void> {
    await this.changePool(
      poolId,
      (sql) => sql`delete from regional_settings where user_pool_id = ${poolId}`,
    )
  }
}
