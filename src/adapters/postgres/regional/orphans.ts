// What a pool leaves behind in this Region when it goes: regional rows, and runtime rows that this
// Region wrote. The pool's deletion arrives by replication and removes the directory only. A pool
// may also be away for a moment, while its rows are sent again after an outage, and its regional
// settings must survive that: only a pool that was away each time for the whole time of grace is
// cleared. While the copy of any Region is unfinished nothing is: a pool that is not here may be on
// its way, and what was said here about its sessions would be lost in every Region. The time of
// grace begins when all copies are finished.
import type { Database } from '../connection/database.js'
import { at } from '../connection/values.js'
import { regionalTables, runtimeTables, withPoolsOf } from '../replication/tables.js'

export interface OrphanOptions {
  readonly nowMs: number
  /** How long a pool must have been away. */
  readonly graceMs?: number
}

const GRACE_MS = 60 * 60 * 1000
const BATCH_ROWS = 1000

/** Clears what pools left that have been away for long, and returns their IDs. */
export async function removeOrphans(
  database: Database,
  options: OrphanOptions,
): Promise<readonly string[]> {
  if (await isUnfinished(database)) {
    await database.query((sql) => sql`delete from orphaned_pools`)
    return []
  }
  await noteOrphans(database, options.nowMs)
  const rows = await database.query(
    (sql) => sql<{ user_pool_id: string }[]>`
      select user_pool_id from orphaned_pools
       where seen_at <= ${at(options.nowMs - (options.graceMs ?? GRACE_MS))}
       order by user_pool_id`,
  )
  const poolIds = rows.map((row) => row.user_pool_id)
  for (const poolId of poolIds) await clearPool(database, poolId)
  return poolIds
}

async function isUnfinished(database: Database): Promise<boolean> {
  const regions = await database.query((sql) => sql`select twinpool_unfinished_copies()`)
  return regions.length > 0
}

/** Remembers pools that have rows but are not here, and forgets those that came back. */
async function noteOrphans(database: Database, nowMs: number): Promise<void> {
  await database.query(
    (sql) => sql`
      delete from orphaned_pools o
       where exists (select from user_pools p where p.user_pool_id = o.user_pool_id)`,
  )
  for (const table of regionalTables) await noteOrphansOf(database, { table, nowMs })
  for (const table of runtimeTables) {
    await noteOrphansOf(database, { table, nowMs, origin: database.region })
  }
}

async function noteOrphansOf(
  database: Database,
  scan: { table: string; nowMs: number; origin?: string },
): Promise<void> {
  const { table, nowMs, origin } = scan
  const own = origin === undefined ? '' : 'and t.origin_region = $2'
  await database.query((sql) =>
    sql.unsafe(
      `${withPoolsOf(table)}
       insert into orphaned_pools (user_pool_id, seen_at)
       select pools.user_pool_id, $1 from pools
        where pools.user_pool_id is not null
          and not exists (select from user_pools p where p.user_pool_id = pools.user_pool_id)
          and exists (select from ${table} t where t.user_pool_id = pools.user_pool_id ${own})
       on conflict do nothing`,
      [at(nowMs), ...(origin === undefined ? [] : [origin])],
    ),
  )
}

async function clearPool(database: Database, poolId: string): Promise<void> {
  // Looked at by each statement: a copy may be made anew in between.
  const gone = `not exists (select from user_pools p where p.user_pool_id = $1)
    and not exists (select twinpool_unfinished_copies())`
  const clear = async (table: string, own: string, values: readonly string[]) => {
    let removed = BATCH_ROWS
    while (removed >= BATCH_ROWS) {
      const { count } = await database.query((sql) =>
        sql.unsafe(
          `delete from ${table} where ctid = any (array(
             select ctid from ${table} where user_pool_id = $1 ${own} and ${gone}
              limit ${BATCH_ROWS}))`,
          [...values],
        ),
      )
      removed = count
    }
  }
  for (const table of regionalTables) await clear(table, '', [poolId])
  for (const table of runtimeTables) {
    await clear(table, 'and origin_region = $2', [poolId, database.region])
  }
  await database.query((sql) => sql`delete from orphaned_pools where user_pool_id = ${poolId}`)
}
