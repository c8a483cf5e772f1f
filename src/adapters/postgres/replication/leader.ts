// One leader for each database: of all nodes and workers of a Region, one runs the reconcilers. The
// leader is who holds a lock of the database's, and the lock lives as long as its connection. A
// process that loses the connection stops leading before it tries again; work that it still has in
// flight is safe, because everything a leader does may be done twice.
import postgres from 'postgres'
import type { Clock } from '#base/clock.js'
import { linkedSignal } from '#base/linked-signal.js'
import type { Logger } from '#base/log.js'
import { WatchedConnection } from '../connection/watched-connection.js'
import { JOB_CHANNEL } from './jobs.js'

// The name of the lock; any number that stays the same.
const LOCK = 7_428_119_005
const RETRY_MS = 500
const RESPONSE_TIMEOUT_MS = 5000
/** A peer has made its copy of our rows anew. */
export const COPIES_CHANNEL = 'twinpool_copies'

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
  /** Called when a peer has reported to a process of this Region that it needs all rows. */
  readonly onCopy: () => void
}

/** Stands for leader until the signal aborts, and returns when the leader's work has ended. */
export async function runAsLeader(options: LeadershipOptions): Promise<void> {
  const { clock, log, signal } = options
  while (!signal.aborted) {
    const connection = new WatchedConnection({
      url: options.url,
      clock,
      timeoutMs: RESPONSE_TIMEOUT_MS,
      driver: {
        connect_timeout: 5,
        backoff: false,
        idle_timeout: 0,
        connection: { application_name: 'twinpool-leader' },
      },
    })
    try {
      if (await takeLock(connection.sql, options)) {
        log.info('leading this Region')
        await lead(connection, options)
        log.info('no longer leading this Region')
      }
    } catch (error) {
      if (!signal.aborted) log.debug('leadership failed', { error })
    } finally {
      await connection.end()
    }
    await clock.wait(RETRY_MS, signal)
  }
}

/** Does a leader's work until the signal aborts or the connection that holds the lock is lost. */
async function lead(connection: WatchedConnection, options: LeadershipOptions): Promise<void> {
  const { signal, abort, release } = linkedSignal(options.signal, connection.lost)
  try {
    const watched = connection.watch(signal)
    const heard = hearJobs(options, signal)
    await options.run(signal)
    await watched
    await heard
  } finally {
    // Work that failed may have left parts that still run: they end with the leadership.
    abort()
    release()
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
