// How far the Regions are apart. Two measures, because each is blind where the other sees: the
// peer's heartbeat row shows what of the peer has arrived here (a recovery point that holds even
// while the peer is gone), the slot shows what of ours has not arrived there.
import type { Sql } from 'postgres'
import type { PeerLag, SlotState, StreamState } from '#ports/replication.js'
import { slotName, subscriptionName } from './subscriptions.js'

const ABSENT: SlotState = {
  exists: false,
  isActive: false,
  isLost: false,
  inactiveSince: undefined,
  pendingBytes: 0,
  replayLagMs: undefined,
}

/** The slot through which `subscriber` reads our rows. */
export async function readSlot(sql: Sql, subscriber: string): Promise<SlotState> {
  const [row] = await sql<
    {
      active: boolean
      lost: boolean
      inactive_since: string | null
      pending: string | null
      replay_lag_ms: number | null
    }[]
  >`
    select s.active, coalesce(s.wal_status = 'lost', false) as lost,
           -- Not a column before PostgreSQL 17.
           to_jsonb(s) ->> 'inactive_since' as inactive_since,
           pg_wal_lsn_diff(pg_current_wal_lsn(), s.confirmed_flush_lsn) as pending,
           extract(epoch from r.replay_lag)::float8 * 1000 as replay_lag_ms
      from pg_replication_slots s left join pg_stat_replication r on r.pid = s.active_pid
     where s.slot_name = ${slotName(subscriber)}`
  if (row === undefined) return ABSENT
  return {
    exists: true,
    isActive: row.active,
    isLost: row.lost,
    inactiveSince: row.inactive_since ?? undefined,
    pendingBytes: Math.max(0, Number(row.pending ?? 0)),
    replayLagMs: row.replay_lag_ms ?? undefined,
  }
}

/** Whether `subscriber` has flushed everything up to `position`. */
export async function hasConfirmed(
  sql: Sql,
  subscriber: string,
  position: string,
): Promise<boolean> {
  const [row] = await sql<{ confirmed: boolean }[]>`
    select confirmed_flush_lsn >= ${position}::pg_lsn as confirmed
      from pg_replication_slots where slot_name = ${slotName(subscriber)}`
  return row?.confirmed === true
}

/** Writes this Region's heartbeat. */
export async function beat(sql: Sql, me: string): Promise<void> {
  await sql`
    insert into heartbeats (origin_region, replica_regions, beat_at)
    values (${me}, '{}', clock_timestamp())
    on conflict (origin_region) do update set beat_at = clock_timestamp()`
}

export async function readLag(sql: Sql, peers: readonly string[]): Promise<readonly PeerLag[]> {
  const beats = await sql<{ origin_region: string; beat_at: Date; lag_ms: number }[]>`
    select origin_region, beat_at,
           extract(epoch from clock_timestamp() - beat_at)::float8 * 1000 as lag_ms
      from heartbeats where origin_region = any(${[...peers]})`
  const copies = await sql<
    {
      region: string
      clock_skew_ms: number | null
      is_finished: boolean
      rebuild_reason: string | null
      rebuilds: number
    }[]
  >`
    select region, clock_skew_ms, rebuild_reason, rebuilds,
           copy_id is not null and finished_copy_id is not distinct from copy_id as is_finished
      from peers where region = any(${[...peers]})`
  const lags: PeerLag[] = []
  for (const region of peers) {
    const found = beats.find((row) => row.origin_region === region)
    const copy = copies.find((row) => row.region === region)
    lags.push({
      region,
      slot: await readSlot(sql, region),
      recoveryPointMs: found?.beat_at.getTime(),
      lagMs: found && Math.max(0, found.lag_ms),
      clockSkewMs: copy?.clock_skew_ms ?? undefined,
      copy: {
        isFinished: copy?.is_finished === true,
        rebuildReason: copy?.rebuild_reason ?? undefined,
        rebuilds: copy?.rebuilds ?? 0,
      },
    })
  }
  return lags
}

/** How rows of these peers stream in at this moment, as far as this database alone shows. */
export async function readStreams(
  sql: Sql,
  peers: readonly string[],
): Promise<readonly StreamState[]> {
  const rows = await sql<{ name: string; errors: string; running: boolean }[]>`
    select t.subname as name, t.apply_error_count as errors,
           exists (select from pg_stat_subscription w
             where w.subid = t.subid and w.pid is not null and w.relid is null) as running
      from pg_stat_subscription_stats t`
  return peers.flatMap((region) => {
    const row = rows.find(({ name }) => name === subscriptionName(region))
    if (row === undefined) return []
    return [{ region, isRunning: row.running, applyErrors: Number(row.errors) }]
  })
}
