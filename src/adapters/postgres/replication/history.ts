// Whether this database, or a peer's, went back in time: it was restored from a backup, a snapshot
// or a cold copy, or a standby took over that did not have the end of the log. Positions in the log
// alone prove nothing: after a restart the apply worker goes on before anybody looks, and an idle
// stream confirms more than it applied. So each Region remembers when it has beaten
// (`beat_periods`), and which beats of its peers have arrived (`seen_beats`); both are written by
// triggers, in the beats' own transactions. A beat of ours that a peer has seen and that belongs to
// none of our periods is one that we have lost, and with it what we wrote and received since.
//
// A database that finds this takes a new ID, as if it had been made anew. The ID is what peers
// compare, so both copies are made anew by the one path that there is: theirs because our database
// is another one, and ours because in the same transaction it ceases to count as made.
//
// An ID that was given up is proof itself. A database that has it once more was put back into a
// state from before, such as by a second restore from the same backup. So a Region that finds that
// a peer has another ID keeps a beat under the old one that belongs to no period: `giveUpDatabase`.
//
// What must stay true: the ID changes once for each time that the database went back. Beats count
// only for the ID that they were seen under, so what was proof for the old ID is none for the new.
import type { Fragment, Sql, TransactionSql } from 'postgres'
import { CLOCK_SKEW_MAX_MS } from '#domain/token/session-id.js'
import type { Queryable } from '../connection/connection.js'

/** A beat of this Region that has arrived at a peer, in the database's own precision. */
export interface SeenBeat {
  readonly beat_at: string
  readonly database_id: string
  readonly is_backward: boolean
}

export interface BeatPeriod {
  readonly first: string
  readonly last: string
}

/** What a peer's database says about the time that it has lived through. */
export interface PeerHistory {
  /** Beats of ours that it has seen. */
  readonly seen: readonly SeenBeat[]
  /** When it has beaten itself. */
  readonly periods: readonly BeatPeriod[]
  readonly restoredAt: Date | undefined
  readonly restoredReason: string | undefined
  /** Whether its log has another timeline than the one it has written down. */
  readonly hasNewTimeline: boolean
}

const LOST_BEATS = 'the database went back in time'
export const WENT_BACK = 'the database of the peer went back in time and has not noticed yet'
const NEW_TIMELINE = 'the log of the database has a new timeline'

/** Read from the peer's database; undefined while its version keeps no history. */
export async function readHistory(remote: Sql, me: string): Promise<PeerHistory | undefined> {
  const [known] = await remote<{ known: boolean }[]>`
    select to_regclass('seen_beats') is not null as known`
  if (known?.known !== true) return undefined
  const seen = await readSeenBeats(remote, me)
  const periods = await remote<BeatPeriod[]>`
    select first_beat_at::text as first, last_beat_at::text as last from beat_periods`
  const [region] = await remote<
    { restored_at: Date | null; restored_reason: string | null; is_new: boolean }[]
  >`
    select restored_at, restored_reason,
           timeline <> ${timelineOf(remote)} is true as is_new
      from this_region`
  return {
    seen,
    periods,
    restoredAt: region?.restored_at ?? undefined,
    restoredReason: region?.restored_reason ?? undefined,
    hasNewTimeline: region?.is_new === true,
  }
}

/** Beats of `region` that have arrived in a database, which a peer of that Region has. */
export async function readSeenBeats(sql: Sql, region: string): Promise<readonly SeenBeat[]> {
  return sql<SeenBeat[]>`
    select beat_at::text, database_id::text, is_backward from seen_beats where region = ${region}`
}

/** The condition that beats were seen of the database of an ID that are in none of its periods. */
function hasLostBeats(
  sql: Queryable,
  seen: readonly SeenBeat[],
  of: { readonly databaseId: Fragment; readonly periods: Fragment },
): Fragment {
  return sql`exists (
    select from json_to_recordset(${JSON.stringify(seen)}::text::json)
        as s(beat_at timestamptz, database_id uuid, is_backward boolean)
     where s.database_id = ${of.databaseId} and (s.is_backward or not exists (
       select from ${of.periods} p where s.beat_at between p.first and p.last)))`
}

/** The timeline of the server's log. */
function timelineOf(sql: Queryable): Fragment {
  return sql`substring(pg_walfile_name(pg_current_wal_lsn()) for 8)`
}

/** Periods that were read from a peer, as a relation. */
function relationOf(sql: Queryable, periods: readonly BeatPeriod[]): Fragment {
  return sql`(
    select * from json_to_recordset(${JSON.stringify(periods)}::text::json)
        as known(first timestamptz, last timestamptz))`
}

/**
 * Whether the peer's database went back in time and has not taken a new ID yet. Until it has, its
 * rows must not replace ours: what it lost would count as removed by it. `seen` was read before the
 * peer's history, so every beat in it had been written there.
 */
export async function isAboutToNotice(
  sql: Sql,
  seen: readonly SeenBeat[],
  remote: { readonly databaseId: string; readonly history: PeerHistory | undefined },
): Promise<boolean> {
  const { databaseId, history } = remote
  if (history === undefined) return false
  if (history.hasNewTimeline) return true
  const lost = hasLostBeats(sql, seen, {
    databaseId: sql`${databaseId}::uuid`,
    periods: relationOf(sql, history.periods),
  })
  const [found] = await sql<{ lost: boolean }[]>`select ${lost} as lost`
  return found?.lost === true
}

/**
 * Sets a new ID of this database if it went back in time, as beats show that a peer has seen, or if
 * its log has another timeline than before. Returns the reason when it did.
 */
export async function noticeRestore(
  sql: Sql,
  seen: readonly SeenBeat[],
): Promise<string | undefined> {
  return sql.begin(async (tx) => {
    const lost = hasLostBeats(tx, seen, {
      databaseId: tx`r.database_id`,
      periods: tx`(select first_beat_at as first, last_beat_at as last from beat_periods)`,
    })
    const [found] = await tx<{ timeline: string; is_new: boolean; lost: boolean }[]>`
      select now.timeline, r.timeline is distinct from now.timeline and r.timeline is not null
               as is_new,
             ${lost} as lost
        from this_region r, (select ${timelineOf(tx)} as timeline) now
         for update of r`
    if (found === undefined) return undefined
    const isRestored = found.lost
    if (!isRestored && !found.is_new) {
      await tx`
        update this_region set timeline = ${found.timeline} where timeline is null`
      return undefined
    }
    const reason = isRestored ? LOST_BEATS : NEW_TIMELINE
    await tx`
      update this_region set database_id = gen_random_uuid(), timeline = ${found.timeline},
        restored_at = case when ${isRestored} then clock_timestamp() else restored_at end,
        restored_reason = ${reason}`
    await tx`update peers set copy_id = null, rebuild_reason = ${reason}`
    return reason
  })
}

/**
 * Pools of a database that are older than this may have been lost by it when it went back in time;
 * undefined when it never did. Pools are dated by nodes, whose clocks may be ahead of the server's.
 */
export function ownSince(history: PeerHistory | undefined): Date | undefined {
  const { restoredAt } = history ?? {}
  return restoredAt && new Date(restoredAt.getTime() + CLOCK_SKEW_MAX_MS)
}

/** Notes that a peer has another database than the one of this ID, which must not come back. */
export async function giveUpDatabase(
  tx: TransactionSql,
  peer: string,
  databaseId: string,
): Promise<void> {
  await tx`delete from seen_beats where region = ${peer} and beat_at <> '-infinity'`
  await tx`
    insert into seen_beats (region, beat_at, database_id, is_backward)
    values (${peer}, '-infinity', ${databaseId}, true) on conflict do nothing`
}

/**
 * Forgets beats of a peer that its history has, except the newest of them. `seen` was read before
 * the history: what has arrived since may be of another history, and stays for the next review.
 */
export async function forgetBeats(
  sql: Sql,
  peer: string,
  known: { readonly seen: readonly SeenBeat[]; readonly periods: readonly BeatPeriod[] },
): Promise<void> {
  await sql`
    with known as (
      select * from json_to_recordset(${JSON.stringify(known.seen)}::text::json)
          as s(beat_at timestamptz, database_id uuid, is_backward boolean))
    delete from seen_beats s using known k
     where s.region = ${peer} and s.beat_at = k.beat_at and s.database_id = k.database_id
       and not s.is_backward and s.beat_at < (select max(beat_at) from known)
       and exists (
         select from ${relationOf(sql, known.periods)} p
          where s.beat_at between p.first and p.last)`
}
