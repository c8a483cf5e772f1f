// The connections to this Region's database. PostgreSQL itself bounds statements, lock waits and
// idle transactions; a deadline on this side covers what the server cannot: a network that swallows
// packets. When there was no response at all for that long, all connections are replaced,
// since TCP would keep the dead ones for many minutes. After an outage calls succeed again by
// themselves. What must stay true: every statement of every repository goes through `query`, so
// that no call can hang and no SQL error leaves the adapter; and no statement of a transaction runs
// after its connection was lost.
//
// The connection names its Region in `twinpool.region`, which the ownership guards in the database
// read. Moments are milliseconds since the epoch on both sides. Connections have settings and
// prepared statements, so a pooler between must work by session, not by transaction.
import { assert } from '#base/assert.js'
import { type Backoff, backoffMs } from '#base/backoff.js'
import type { Clock } from '#base/clock.js'
import type { Logger } from '#base/log.js'
import { type MetricSource, type Metrics, noMetrics } from '#ports/metrics.js'
import type { Tracing } from '#ports/tracing.js'
import {
  type Connection,
  type Queryable,
  statementChannel,
  transactionChannel,
} from './connection.js'
import { isConnectionError, LostTransactionError, StalledError, translateError } from './errors.js'
import { PoolUse } from './pool-use.js'
import { openResilientSql, type ResilientSql, type TransactionState } from './resilient-sql.js'

export interface DatabaseOptions {
  readonly url: string
  /** The Region whose rows this process writes. */
  readonly region: string
  readonly poolSize: number
  /** The machine's clock: waits are real. */
  readonly clock: Clock
  readonly log: Logger
  readonly metrics?: Metrics
  readonly tracing?: Tracing | undefined
  /** The server cancels a statement after this time. */
  readonly statementTimeoutMs?: number
  /** The call is given up after this time, whether the server responds or not. */
  readonly responseTimeoutMs?: number
}

interface Call {
  readonly startedAtMs: number
  giveUp(): void
}

const STATEMENT_TIMEOUT_MS = 10_000
const RESPONSE_GRACE_MS = 2_000
const LOCK_TIMEOUT_MS = 5_000
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 15_000
const CONNECT_TIMEOUT_SECONDS = 4
const RECONNECT: Backoff = { firstMs: 20, maxMs: 1000 }
const SWEEP_MS = 500
const TIMESTAMPTZ = 1184

/** Options that every connection of a node has in common. */
export function connectionOptions(options: {
  region: string
  applicationName: string
  statementTimeoutMs?: number
}) {
  return {
    connect_timeout: CONNECT_TIMEOUT_SECONDS,
    backoff: (attempt: number) => backoffMs(RECONNECT, attempt) / 1000,
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

/** Starts a statement, waits for it within the deadline and translates what goes wrong. */
type Track = <T>(
  start: () => PromiseLike<T>,
  what: string,
  onFailure?: (error: unknown) => void,
) => Promise<T>

/** The connection of one transaction, from its begin to its end. */
class TransactionConnection implements Connection {
  readonly region: string
  readonly isTransaction = true
  readonly #sql: Queryable
  readonly #state: TransactionState
  readonly #track: Track
  readonly #atEnd: (() => void)[] = []
  /** A statement of it failed because the connection was lost. */
  #isLost = false
  #isEnded = false

  constructor(options: { region: string; sql: Queryable; state: TransactionState; track: Track }) {
    this.region = options.region
    this.#sql = options.sql
    this.#state = options.state
    this.#track = options.track
  }

  query<T>(work: (sql: Queryable) => PromiseLike<T>): Promise<T> {
    assert(!this.#isEnded, 'the transaction is running')
    statementChannel.publish({ isPooled: false })
    const start = () => {
      // The driver could run it on another connection, outside of the transaction.
      if (this.#isLost || this.#state.isLost) throw new LostTransactionError()
      return work(this.#sql)
    }
    return this.#track(start, 'a statement', (error) => {
      if (isConnectionError(error)) this.#isLost = true
    })
  }

  atomically<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    return work(this)
  }

  afterEnd(action: () => void): void {
    this.#atEnd.push(action)
  }

  /** Committed or not, the transaction is over. */
  end(): void {
    this.#isEnded = true
    for (const action of this.#atEnd) action()
  }
}

/** The database of one Region, as one process uses it. It connects at the first statement. */
export class Database implements Connection {
  readonly region: string
  readonly isTransaction = false
  readonly url: string
  readonly #options: DatabaseOptions
  readonly #responseTimeoutMs: number
  readonly #calls = new Set<Call>()
  readonly #stopped = new AbortController()
  readonly #connections: ResilientSql
  readonly #use: PoolUse
  #respondedAtMs: number

  constructor(options: DatabaseOptions) {
    this.region = options.region
    this.url = options.url
    this.#options = options
    this.#responseTimeoutMs =
      options.responseTimeoutMs ??
      (options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS) + RESPONSE_GRACE_MS
    this.#respondedAtMs = options.clock.nowMs()
    const { clock, metrics = noMetrics, tracing, poolSize: connectionsMax } = options
    this.#use = new PoolUse({ clock, metrics, tracing, connectionsMax })
    this.#connections = this.#connect()
    void this.#sweep()
  }

  query<T>(work: (sql: Queryable) => PromiseLike<T>): Promise<T> {
    statementChannel.publish({ isPooled: true })
    const run = () => this.#track(() => work(this.#connections.sql), 'a statement')
    return this.#use.measure('statement', run)
  }

  /** Runs `work` in a new transaction and translates what goes wrong. */
  atomically<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    statementChannel.publish({ isPooled: true })
    return this.#use.measure('transaction', () => this.#transact(work))
  }

  /** How the connections are used, for those who run the service. */
  useSource(): MetricSource {
    return this.#use.source()
  }

  async #transact<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const askedAtMs = this.#options.clock.nowMs()
    const track: Track = (start, what, onFailure) => this.#track(start, what, onFailure)
    let connection: TransactionConnection | undefined
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
      this.#use.waited(askedAtMs)
      if (isAbandoned) throw new StalledError('a transaction that began too late')
      const bound = new TransactionConnection({ region: this.region, sql, state, track })
      connection = bound
      try {
        return await transactionChannel.runStores({}, () => work(bound))
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
      connection?.end()
    }
  }

  /** Each statement is there for others as soon as it has run. */
  afterEnd(action: () => void): void {
    action()
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
    return openResilientSql({ url, options, clock, drainMs: this.#responseTimeoutMs })
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
          this.#respondedAtMs = clock.nowMs()
          resolve(value)
        },
        (error: unknown) => {
          this.#calls.delete(call)
          this.#respondedAtMs = clock.nowMs()
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
      const overdueMs = clock.nowMs() - this.#responseTimeoutMs
      const overdue = [...this.#calls].filter((call) => call.startedAtMs < overdueMs)
      if (overdue.length === 0) continue
      if (this.#respondedAtMs < overdueMs) this.#replaceConnections()
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
    this.#respondedAtMs = clock.nowMs()
  }
}

/** What PostgreSQL writes for a timestamptz in UTC: `2026-01-31 12:34:56.789+00`. */
function parseMoment(text: string): number {
  return Date.parse(`${text.slice(0, 10)}T${text.slice(11, text.lastIndexOf('+'))}Z`)
}
