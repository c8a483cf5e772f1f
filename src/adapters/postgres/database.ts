// The connections to this Region's database. PostgreSQL itself bounds statements, lock waits and
// idle transactions; a deadline on this side covers what the server cannot: a network that swallows
// packets. When nothing at all has been answered for that long, all connections are replaced,
// since TCP would keep the dead ones for many minutes. After an outage calls succeed again by
// themselves. What must stay true: every statement of every repository goes through `query`, so
// that no call can hang and no SQL error leaves the adapter; and no statement of a transaction runs
// after its connection was lost.
//
// The connection names its Region in `twinpool.region`, which the ownership guards in the database
// read. Moments are milliseconds since the epoch on both sides. Connections have settings and
// prepared statements, so a pooler between must work by session, not by transaction.
import type { ISql, JSONValue, Parameter } from 'postgres'
import { present } from '#base/assert.js'
import type { Clock } from '#base/clock.js'
import type { Logger } from '#base/log.js'
import type { Transaction } from '#ports/transaction.js'
import { isConnectionError, LostTransactionError, StalledError, translateError } from './errors.js'
import { openResilientSql, type ResilientSql } from './resilient-sql.js'

export interface DatabaseOptions {
  readonly url: string
  /** The Region whose rows this process writes. */
  readonly region: string
  readonly poolSize: number
  /** The machine's clock: waits are real. */
  readonly clock: Clock
  readonly log: Logger
  /** The server cancels a statement after this time. */
  readonly statementTimeoutMs?: number
  /** The call is given up after this time, whether the server answers or not. */
  readonly answerTimeoutMs?: number
}

/** What runs statements: a connection of the pool or a transaction. */
export type Queryable = ISql

/** A running transaction behind the opaque value that callers hold. */
interface RunningTransaction {
  readonly sql: Queryable
  readonly state: { readonly isLost: boolean }
  /** What to do when it has ended, such as forgetting what was cached. */
  readonly afterEnd: (() => void)[]
  /** A statement of it failed because the connection was lost. */
  isLost: boolean
}

interface Call {
  readonly startedAtMs: number
  giveUp(): void
}

const STATEMENT_TIMEOUT_MS = 10_000
const ANSWER_GRACE_MS = 2_000
const LOCK_TIMEOUT_MS = 5_000
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 15_000
const CONNECT_TIMEOUT_SECONDS = 4
const RECONNECT_MAX_SECONDS = 1
const SWEEP_MS = 500
const TIMESTAMPTZ = 1184

const running = new WeakMap<Transaction, RunningTransaction>()

/** Options that every connection of a node has in common. */
export function connectionOptions(options: {
  region: string
  applicationName: string
  statementTimeoutMs?: number
}) {
  return {
    connect_timeout: CONNECT_TIMEOUT_SECONDS,
    backoff: (attempt: number) => Math.min(0.02 * 2 ** attempt, RECONNECT_MAX_SECONDS),
    keep_alive: 10,
    onnotice: () => undefined,
    connection: {
      application_name: options.applicationName,
      'twinpool.region': options.region,
      TimeZone: 'UTC',
      DateStyle: 'ISO',
      statement_timeout: options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS,
      lock_timeout: LOCK_TIMEOUT_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    },
  }
}

/** The database of one Region, as one process uses it. */
export class Database {
  readonly region: string
  readonly url: string
  readonly #options: DatabaseOptions
  readonly #answerTimeoutMs: number
  readonly #calls = new Set<Call>()
  readonly #stopped = new AbortController()
  readonly #connections: ResilientSql
  #answeredAtMs: number

  constructor(options: DatabaseOptions) {
    this.region = options.region
    this.url = options.url
    this.#options = options
    this.#answerTimeoutMs =
      options.answerTimeoutMs ??
      (options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS) + ANSWER_GRACE_MS
    this.#answeredAtMs = options.clock.nowMs()
    this.#connections = this.#connect()
    void this.#sweep()
  }

  /** Runs a statement, in `tx` when one is given. Throws DependencyError or InvariantError. */
  query<T>(work: (sql: Queryable) => PromiseLike<T>, tx?: Transaction): Promise<T> {
    if (tx === undefined) return this.#track(() => work(this.#connections.sql), 'a statement')
    const transaction = runningOf(tx)
    const start = () => {
      // The driver could run it on another connection, outside of the transaction.
      if (transaction.isLost || transaction.state.isLost) throw new LostTransactionError()
      return work(transaction.sql)
    }
    return this.#track(start, 'a statement', (error) => {
      if (isConnectionError(error)) transaction.isLost = true
    })
  }

  /** Runs several statements that hold together, in `tx` or in a transaction of their own. */
  atomically<T>(work: (tx: Transaction) => Promise<T>, tx?: Transaction): Promise<T> {
    return tx === undefined ? this.begin(work) : work(tx)
  }

  /** Runs `work` in a new transaction and translates what goes wrong. */
  async begin<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const tx = {} as Transaction
    const afterEnd: (() => void)[] = []
    let isAbandoned = false
    let failure: { readonly error: unknown } | undefined
    let announceStart = (): void => undefined
    const started = new Promise<void>((resolve) => {
      announceStart = resolve
    })
    let announceEnd = (): void => undefined
    const worked = new Promise<void>((resolve) => {
      announceEnd = resolve
    })
    const finished = this.#connections.begin(async (sql, state) => {
      announceStart()
      if (isAbandoned) throw new StalledError('a transaction that began too late')
      running.set(tx, { sql, state, afterEnd, isLost: false })
      try {
        return await work(tx)
      } catch (error) {
        failure = { error }
        throw error
      } finally {
        announceEnd()
      }
    })
    // Waited for below; a rejection in between must not count as unhandled.
    finished.catch(() => announceEnd())
    try {
      await this.#track(() => Promise.race([started, finished]), 'a connection')
      await worked
      return await this.#track(() => finished, 'the end of a transaction')
    } catch (error) {
      // What `work` threw is its caller's own and already in the right words.
      throw failure === undefined ? error : failure.error
    } finally {
      isAbandoned = true
      running.delete(tx)
      for (const forget of afterEnd) forget()
    }
  }

  /** Calls `action` once the write is there for others: after `tx`, or now without one. */
  afterEnd(tx: Transaction | undefined, action: () => void): void {
    if (tx === undefined) action()
    else runningOf(tx).afterEnd.push(action)
  }

  /** Waits for running statements, a few seconds at most, and disconnects. */
  async close(): Promise<void> {
    this.#stopped.abort()
    await this.#connections.close()
  }

  #connect(): ResilientSql {
    const { url, clock, poolSize, region, statementTimeoutMs } = this.#options
    const common = connectionOptions({
      region,
      applicationName: 'twinpool',
      ...(statementTimeoutMs === undefined ? {} : { statementTimeoutMs }),
    })
    const moment = {
      to: TIMESTAMPTZ,
      from: [TIMESTAMPTZ],
      serialize: (value: Date) => value.toISOString(),
      parse: parseMoment,
    }
    const options = { ...common, max: poolSize, types: { moment } }
    return openResilientSql({ url, options, clock, drainMs: this.#answerTimeoutMs })
  }

  #track<T>(
    start: () => PromiseLike<T>,
    what: string,
    onFailure?: (error: unknown) => void,
  ): Promise<T> {
    const { clock } = this.#options
    return new Promise<T>((resolve, reject) => {
      const call: Call = {
        startedAtMs: clock.nowMs(),
        giveUp: () => reject(new StalledError(what)),
      }
      start().then(
        (value) => {
          this.#calls.delete(call)
          this.#answeredAtMs = clock.nowMs()
          resolve(value)
        },
        (error: unknown) => {
          this.#calls.delete(call)
          this.#answeredAtMs = clock.nowMs()
          onFailure?.(error)
          reject(translateError(error))
        },
      )
      this.#calls.add(call)
    })
  }

  async #sweep(): Promise<void> {
    const { clock } = this.#options
    while (await clock.wait(SWEEP_MS, this.#stopped.signal)) {
      const overdueMs = clock.nowMs() - this.#answerTimeoutMs
      const overdue = [...this.#calls].filter((call) => call.startedAtMs < overdueMs)
      if (overdue.length === 0) continue
      if (this.#answeredAtMs < overdueMs) this.#replaceConnections()
      for (const call of overdue) {
        this.#calls.delete(call)
        call.giveUp()
      }
    }
  }

  #replaceConnections(): void {
    const { log, clock } = this.#options
    log.warn('the database does not answer; connecting anew', { callsWaiting: this.#calls.size })
    this.#connections.replace()
    this.#answeredAtMs = clock.nowMs()
  }
}

/** Opens the database; it connects at the first statement. */
export function openDatabase(options: DatabaseOptions): Database {
  return new Database(options)
}

function runningOf(tx: Transaction): RunningTransaction {
  const found = running.get(tx)
  return present(found, 'running transaction')
}

/** A moment as a parameter; `undefined` is null. */
export function at(ms: number): Date
export function at(ms: number | undefined): Date | null
export function at(ms: number | undefined): Date | null {
  return ms === undefined ? null : new Date(ms)
}

/** JSON as a parameter of a jsonb column. */
export function json(sql: Queryable, value: unknown): Parameter {
  return sql.json(value as JSONValue)
}

/** A bigint[] as a parameter, in PostgreSQL's own notation. */
export function bigints(values: readonly bigint[]): string {
  return `{${values.join(',')}}`
}

/** What PostgreSQL writes for a timestamptz in UTC: `2026-01-31 12:34:56.789+00`. */
function parseMoment(text: string): number {
  return Date.parse(`${text.slice(0, 10)}T${text.slice(11, text.lastIndexOf('+'))}Z`)
}
