// User pools. Removing one takes every row that this Region owns of it, in one transaction: its
// directory travels to the secondaries as deletions, and what other Regions wrote about it is
// theirs to remove when the deletion has arrived there (see regional/orphans.ts).
import type { Pool, PrimaryPool } from '#ports/capability.js'
import type { NewPool, PageOptions, PoolChange, PoolSummary, Pools } from '#ports/directory.js'
import { loadPool } from '../cache/pool-queries.js'
import { CachedRepository } from '../connection/repository.js'
import { at, json, laterThan } from '../connection/values.js'
import { directoryTables, regionalTables, runtimeTables } from '../replication/tables.js'

export class PostgresPools extends CachedRepository implements Pools {
  find(poolId: string): Promise<Pool | undefined> {
    return this.cache.pool(poolId)
  }

  read(poolId: string): Promise<Pool | undefined> {
    return loadPool(this.connection, poolId)
  }

  async insert(pool: NewPool): Promise<'inserted' | 'exists'> {
    const { region } = this.connection
    const isInserted = await this.changePool(
      pool.id,
      (sql) => sql`
        insert into user_pools (user_pool_id, replica_regions, name, settings, tier, issuer_type,
          kms_key_arn, created_at, modified_at)
        values (${pool.id}, array[${region}], ${pool.name}, ${json(sql, pool.settings)},
          ${pool.tier}, ${pool.issuerType}, ${pool.kmsKeyArn ?? null}, ${at(pool.createdAtMs)},
          ${at(pool.createdAtMs)})
        on conflict do nothing`,
    )
    return isInserted ? 'inserted' : 'exists'
  }

  async update(pool: PrimaryPool, change: PoolChange): Promise<'written' | 'conflict'> {
    const { name, settings, tier, issuerType, kmsKeyArn } = change
    const isWritten = await this.changePool(
      pool.id,
      (sql) => sql`
        update user_pools set
          name = coalesce(${name ?? null}, name),
          settings = coalesce(${settings === undefined ? null : json(sql, settings)}, settings),
          tier = coalesce(${tier ?? null}, tier),
          issuer_type = coalesce(${issuerType ?? null}, issuer_type),
          kms_key_arn = case when ${kmsKeyArn === undefined} then kms_key_arn
            else ${kmsKeyArn ?? null} end,
          modified_at = ${at(laterThan(pool.modifiedAtMs, change.modifiedAtMs))}
         where user_pool_id = ${pool.id}
           and date_trunc('milliseconds', modified_at) = ${at(pool.modifiedAtMs)}`,
    )
    return isWritten ? 'written' : 'conflict'
  }

  async remove(pool: PrimaryPool): Promise<void> {
    const poolId = pool.id
    await this.connection.atomically(async (connection) => {
      const run = (table: string, condition: string, values: readonly string[]) =>
        connection.query((sql) =>
          sql.unsafe(`delete from ${table} where ${condition}`, [...values]),
        )
      // The pool's row last but first locked: a call that adds rows meanwhile waits or finds no
      // pool.
      await connection.query(
        (sql) => sql`select from user_pools where user_pool_id = ${poolId} for update`,
      )
      const own = 'user_pool_id = $1 and origin_region = $2'
      for (const table of runtimeTables) await run(table, own, [poolId, connection.region])
      for (const table of regionalTables) await run(table, 'user_pool_id = $1', [poolId])
      for (const table of [...directoryTables].reverse()) {
        await run(table, 'user_pool_id = $1', [poolId])
      }
      this.cache.poolChanged(poolId, connection)
    })
  }

  async page(options: PageOptions): Promise<readonly PoolSummary[]> {
    const rows = await this.query(
      (sql) => sql<PoolSummary[]>`
        select user_pool_id as id, name, replica_regions as "replicaRegions",
            created_at as "createdAtMs", modified_at as "modifiedAtMs" from user_pools
         where user_pool_id > ${options.afterId ?? ''}
         order by user_pool_id limit ${options.limit}`,
    )
    return [...rows]
  }
}
