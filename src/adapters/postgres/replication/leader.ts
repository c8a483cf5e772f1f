// One leader for each database: of all nodes and workers of a Region, one runs the reconcilers. The
// leader is who holds a lock of the database's, and the lock lives as long as its connection. A
// process that loses the connection stops leading before it tries again; work that it still has in
// flight is safe, because everything a leader does may be done twice.
import postgres from 'postgres'
import type { Clock } from '#base/clock.js'
import type { Logger } from '#base/log.js'
import { JOB_CHANNEL } from './jobs.js'

// The name of the lock; any number that stays the same.
const LOCK = 7_428_119_005
/** A peer has made its copy of our rows anew. */
export const COPIES_CHANNEL = 'twinpool_copies'
const RETRY_MS = 500
const CHECK_MS = 1000
const ANSWER_TIMEOUT_MS = 5000

export interface LeadershipOptions {
  readonly url: string
  readonly clock: Clock
  readonly log: Logger
  /** Until it aborts, the process stands for leader. */
  readonly signal: AbortSignal
  /** What a leader does; its signal aborts when it leads no longer. */
  readonly run: (signal: AbortSignal) => Promise<void>
  /** Called when the database announces a job. */
  readonly onJob: () => void
  /** Called when a peer has told a process of this Region that it needs all rows. */
  readonly onCopy: () => void
}

/** Stands for leader until the signal aborts, and returns when the leader's work has ended. */
export async function runAsLeader(options: LeadershipOptions): Promise<void> {
  const { clock, log, signal } = options
  while (!signal.aborted) {
    const ended = new AbortController()
    const sql = postgres(options.url, {
      max: 1,
      connect_timeout: 5,
      backoff: false,
      fetch_types: false,
      max_lifetime: null,
      idle_timeout: 0,
      onnotice: () => undefined,
      onclose: () => ended.abort(),
      connection: { application_name: 'twinpool-leader' },
    })
    try {
      if (await takeLock(sql, options)) {
        log.info('leading this Region')
        const leading = AbortSignal.any([signal, ended.signal])
        const watched = watch(sql, { clock, signal: leading, onLost: () => ended.abort() })
        const heard = hearJobs(options, leading)
        await options.run(leading)
        await watched
        await heard
        log.info('no longer leading this Region')
      }
    } catch (error) {
      if (!signal.aborted) log.debug('leadership failed', { error })
    } finally {
      ended.abort()
      await sql.end({ timeout: 0 }).catch(() => undefined)
    }
    await clock.wait(RETRY_MS, signal)
  }
}

/** Tries until the lock is ours; false when the process shall not lead any more. */
async function takeLock(sql: postgres.Sql, { clock, signal }: LeadershipOptions): Promise<boolean> {
  while (!signal.aborted) {
    const [row] = await sql<{ taken: boolean }[]>`select pg_try_advisory_lock(${LOCK}) as taken`
    if (row?.taken === true) return true
    await clock.wait(RETRY_MS, signal)
  }
  return false
}

/** Asks the connection that holds the lock for a sign of life, until it gives none. */
async function watch(
  sql: postgres.Sql,
  { clock, signal, onLost }: { clock: Clock; signal: AbortSignal; onLost: () => void },
): Promise<void> {
  while (!signal.aborted) {
    const answered = new AbortController()
    const isAlive = await Promise.race([
      sql`select 1`.then(
        () => true,
        () => false,
      ),
      clock.wait(ANSWER_TIMEOUT_MS, answered.signal).then(() => false),
    ])
    answered.abort()
    if (!isAlive) {
      onLost()
      return
    }
    await clock.wait(CHECK_MS, signal)
  }
}

async function hearJobs(
  { url, onJob, onCopy, log }: LeadershipOptions,
  signal: AbortSignal,
): Promise<void> {
  const sql = postgres(url, {
    max: 1,
    fetch_types: false,
    onnotice: () => undefined,
    connection: { application_name: 'twinpool-jobs' },
  })
  try {
    await sql.listen(JOB_CHANNEL, onJob, onJob)
    await sql.listen(COPIES_CHANNEL, onCopy, onCopy)
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve()
      else signal.addEventListener('abort', () => resolve(), { once: true })
    })
  } catch (error) {
    // Jobs are found by timer too.
    log.warn('notices of jobs are not heard', { error })
  } finally {
    await sql.end({ timeout: 0 }).catch(() => undefined)
  }
}
