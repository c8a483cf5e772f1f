// Waiting for transactions that began before a moment: what they read of a pool may be old, and
// they may still write by it. The session that is waited for is named, since only a person can end
// a forgotten session.
import type { Sql } from 'postgres'
import { required } from '#base/assert.js'
import type { Clock } from '#base/clock.js'
import { DependencyError } from '#base/dependency-error.js'

const POLL_MS = 20
const TIMEOUT_MS = 120_000
/** When, and how often, it is said who is waited for. */
const EXPLAIN = { afterMs: 500, everyMs: 5000 } as const

/** A moment, as a transaction ID and as a time, that older transactions began before. */
export interface SnapshotPoint {
  readonly xid: string
  readonly at: string
}

export async function snapshotPoint(sql: Sql): Promise<SnapshotPoint> {
  const [row] = await sql<SnapshotPoint[]>`
    select pg_snapshot_xmax(pg_current_snapshot())::text as xid, clock_timestamp()::text as at`
  return required(row, 'snapshot')
}

/**
 * Waits until every transaction that began before the moment has ended. Transaction IDs alone would
 * miss one that has read the pool's row but has not written yet, so start times are looked at too.
 */
export async function waitForOlderTransactions(
  { sql, clock }: { readonly sql: Sql; readonly clock: Clock },
  before: SnapshotPoint,
  work: {
    readonly signal: AbortSignal | undefined
    readonly explain: ((reason: string) => Promise<void>) | undefined
  },
): Promise<void> {
  const startedAtMs = clock.nowMs()
  let explainAtMs = startedAtMs + EXPLAIN.afterMs
  for (;;) {
    work.signal?.throwIfAborted()
    const [row] = await sql<{ drained: boolean }[]>`
      select pg_snapshot_xmin(pg_current_snapshot()) >= ${before.xid}::xid8 and not exists (
        select from pg_stat_activity
         where datname = current_database() and backend_type = 'client backend'
           and pid <> pg_backend_pid() and xact_start <= ${before.at}::timestamptz) as drained`
    if (row?.drained === true) return
    const nowMs = clock.nowMs()
    if (nowMs > explainAtMs || nowMs - startedAtMs > TIMEOUT_MS) {
      const reason = await whoHolds(sql, before)
      if (nowMs - startedAtMs > TIMEOUT_MS) throw new DependencyError(reason, { isRetryable: true })
      await work.explain?.(reason)
      explainAtMs = nowMs + EXPLAIN.everyMs
    }
    await clock.wait(POLL_MS, work.signal)
  }
}

interface OldTransaction {
  readonly who: string
  readonly age_s: number
  readonly state: string | null
}

/** The oldest transactions from before the moment, in a sentence. */
async function whoHolds(sql: Sql, before: SnapshotPoint): Promise<string> {
  const rows = await sql<OldTransaction[]>`
    select format('process %s (%s)', pid, coalesce(nullif(application_name, ''), usename, '?'))
             as who,
           extract(epoch from clock_timestamp() - xact_start)::int as age_s, state
      from pg_stat_activity
     where pid <> pg_backend_pid() and xact_start <= ${before.at}::timestamptz
       and (datname = current_database() or backend_xmin is not null or backend_xid is not null)
     union all
    select format('the prepared transaction %s', gid),
           extract(epoch from clock_timestamp() - prepared)::int, 'prepared'
      from pg_prepared_xacts where prepared <= ${before.at}::timestamptz
     order by age_s desc limit 3`
  if (rows.length === 0) return 'waits for an old transaction of another role'
  const named = rows.map(
    ({ who, age_s: age, state }) => `${who}, begun ${age} s ago, ${state ?? 'state unknown'}`,
  )
  return `waits for the end of old transactions: ${named.join('; ')}`
}
