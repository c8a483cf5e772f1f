// What is left of Regions that were taken out of the configuration: a slot, which keeps the log for
// ever, a publication, a subscription and the row that says what their copy had. Whoever was once
// a peer has a row in `peers`, and a slot is known by its name, so the list of former Regions needs
// no memory of its own. What must stay true: the publication goes before the slot, because a Region
// that still runs makes its slot anew as long as there is a publication for it.
import type { Sql } from 'postgres'
import type { Clock } from '#base/clock.js'
import type { FormerRegion } from '#ports/replication.js'
import { bounded, dropSlot, slotName, subscriptionName } from './copies.js'
import { publicationName } from './publications.js'

/** The Regions that this database knows and the deployment does not. */
export async function findFormer(
  sql: Sql,
  regions: readonly string[],
): Promise<readonly FormerRegion[]> {
  const rows = await sql<{ region: string; pools: string[] | null; pending: string | null }[]>`
    with former as (
      select region from peers
      union
      select replace(substr(slot_name, 10), '_', '-') from pg_replication_slots
       where slot_name like 'twinpool\\_%' and plugin = 'pgoutput'
         and database = current_database() and not temporary
    )
    select f.region,
           (select array_agg(user_pool_id order by user_pool_id) from
             (select user_pool_id from user_pools where f.region = any(replica_regions)
              union
              -- A replica that is being made or removed has a row before and after its pool's.
              select user_pool_id from user_pool_replicas where region = f.region) shared
           ) as pools,
           (select pg_wal_lsn_diff(pg_current_wal_lsn(), s.restart_lsn)
              from pg_replication_slots s
             where s.slot_name = 'twinpool_' || replace(f.region, '-', '_')) as pending
      from former f where not f.region = any(${[...regions]}) order by f.region`
  return rows.map((row) => ({
    region: row.region,
    pools: row.pools ?? [],
    pendingBytes: Math.max(0, Number(row.pending ?? 0)),
  }))
}

/** Drops all four. Each part may be gone already, so a failed run is made good by the next. */
export async function retire(
  options: { sql: Sql; url: string; me: string; clock: Clock },
  region: string,
  signal: AbortSignal,
): Promise<void> {
  const { sql, clock } = options
  await dropSubscription(options, subscriptionName(region))
  await sql.unsafe(`drop publication if exists ${publicationName(region)}`)
  await dropSlot(sql, { name: slotName(region), clock, signal })
  await sql`delete from peers where region = ${region}`
}

async function dropSubscription(
  options: { sql: Sql; url: string; me: string },
  name: string,
): Promise<void> {
  const { sql } = options
  const found = await sql`
    select from pg_subscription where subname = ${name}
       and subdbid = (select oid from pg_database where datname = current_database())`
  if (found.length === 0) return
  await sql.unsafe(`alter subscription ${name} disable`)
  try {
    // Takes our slot at the other end along, when there is somebody at the other end.
    await bounded(options, `drop subscription ${name}`)
  } catch {
    await sql.unsafe(`alter subscription ${name} set (slot_name = none)`)
    await sql.unsafe(`drop subscription ${name}`)
  }
}
