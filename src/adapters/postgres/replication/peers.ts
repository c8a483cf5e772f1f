// What this Region's database knows of the others: a row for each, with our copy of its rows and
// its copy of ours.
import type { Sql } from 'postgres'
import { required } from '#base/assert.js'
import type { GreetedPeer, PeerGreeting, PeerState } from '#ports/replication.js'
import { COPIES_CHANNEL } from './leader.js'

interface PeerRow {
  readonly region: string
  readonly database_id: string | null
  readonly copy_id: string | null
  readonly finished_copy_id: string | null
  readonly seeded_copy_id: string | null
  readonly needs_reseed: boolean
  readonly seen_at: Date | null
  readonly clock_skew_ms: number | null
  readonly rebuild_reason: string | null
  readonly rebuilt_at: Date | null
  readonly rebuilds: number
}

export async function readPeers(sql: Sql, names: readonly string[]): Promise<readonly PeerState[]> {
  const rows = await sql<PeerRow[]>`
    select * from peers where region = any(${[...names]}) order by region`
  return rows.map(toPeer)
}

function toPeer(row: PeerRow): PeerState {
  return {
    region: row.region,
    databaseId: row.database_id ?? undefined,
    copyId: row.copy_id ?? undefined,
    isFinished: row.copy_id !== null && row.finished_copy_id === row.copy_id,
    seededCopyId: row.seeded_copy_id ?? undefined,
    needsReseed: row.needs_reseed,
    seenAtMs: row.seen_at?.getTime(),
    clockSkewMs: row.clock_skew_ms ?? undefined,
    rebuildReason: row.rebuild_reason ?? undefined,
    rebuiltAtMs: row.rebuilt_at?.getTime(),
    rebuilds: row.rebuilds,
  }
}

/** Writes down what a peer said. A copy of a database that ours is no longer is none of ours. */
export async function recordHello(
  sql: Sql,
  region: string,
  hello: PeerGreeting,
): Promise<GreetedPeer> {
  const { seededCopyId = null, clockSkewMs = null, copyOf } = hello
  const [own] = await sql<{ database_id: string }[]>`select database_id from this_region`
  // Versions before this one do not say what their copy is of.
  const isOfOurs = copyOf === undefined || copyOf === own?.database_id
  const copyIdThere = isOfOurs ? hello.copyId : undefined
  const copyId = copyIdThere ?? null
  // A peer may greet this Region before it has written down its peers.
  const [row] = await sql<(PeerRow & { needed_before: boolean | null })[]>`
    insert into peers as known (region, seen_at, needs_reseed, clock_skew_ms)
    values (${region}, now(), ${copyId}::uuid is not null, ${clockSkewMs})
    on conflict (region) do update set seen_at = now(),
      clock_skew_ms = coalesce(excluded.clock_skew_ms, known.clock_skew_ms),
      needs_reseed = case when ${copyId}::uuid is null then known.needs_reseed
        else ${copyId}::uuid is distinct from known.seeded_copy_id end,
      finished_copy_id = case when known.copy_id = ${seededCopyId}::uuid then known.copy_id
        else known.finished_copy_id end
    returning *, (
      select b.needs_reseed from peers b where b.region = ${region}) as needed_before`
  const peer = toPeer(required(row, `peer ${region}`))
  // The process that hears this may not be the leader, which is to send the rows.
  if (peer.needsReseed && row?.needed_before !== true) {
    await sql`select pg_notify(${COPIES_CHANNEL}, '')`
  }
  return { ...peer, copyIdThere }
}
