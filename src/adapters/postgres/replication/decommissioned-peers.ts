// What is left of Regions that were taken out of the configuration: a slot, which keeps the log for
// ever, a publication, a subscription and the row that says what their copy had. Whoever was once
// a peer has a row in `peers`, and a slot is known by its name, so the list of former Regions needs
// no memory of its own. What must stay true: the publication goes before the slot, because a Region
// that still runs makes its slot anew as long as there is a publication for it.
import type { Sql } from 'postgres'
import type { Clock } from '#base/clock.js'
import type { DecommissionedRegion } from '#ports/replication.js'
import { publicationName } from './publications.js'
import { dropWithoutSlot } from './subscription-settings.js'
import { bounded, dropSlot, slotName, subscriberOf, subscriptionName } from './subscriptions.js'

/** The Regions that this database knows and the deployment does not. */
export async function findDecommissioned(
  sql: Sql,
  regions: readonly string[],
): Promise<readonly DecommissionedRegion[]> {
  const peers = await sql<{ region: string }[]>`select region from peers`
  const slots = await sql<{ name: string; pending: string | null }[]>`
    select slot_name as name, pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn) as pending
      from pg_replication_slots
     where plugin = 'pgoutput' and database = current_database() and not temporary`
  const pending = new Map(slots.map((slot) => [subscriberOf(slot.name), slot.pending]))
  const known = new Set([...peers.map((peer) => peer.region), ...pending.keys()])
  const former: DecommissionedRegion[] = []
  for (const region of [...known].sort()) {
    if (region === undefined || regions.includes(region)) continue
    const pendingBytes = Math.max(0, Number(pending.get(region) ?? 0))
    former.push({ region, pools: await sharedPools(sql, region), pendingBytes })
  }
  return former
}

async function sharedPools(sql: Sql, region: string): Promise<readonly string[]> {
  // A replica that is being made or removed has a row before and after its pool's.
  const rows = await sql<{ pool: string }[]>`
    select user_pool_id as pool from user_pools where ${region} = any(replica_regions)
     union select user_pool_id from user_pool_replicas where region = ${region}
     order by pool`
  return rows.map((row) => row.pool)
}

/** Drops all four. Each part may be gone already, so a failed run is made good by the next. */
export async function decommission(
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
    // Takes our slot at the other end along, when there is a server at the other end.
    await bounded(options, `drop subscription ${name}`)
  } catch {
    await dropWithoutSlot(sql, name)
  }
}
