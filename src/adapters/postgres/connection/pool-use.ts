// How the connections to the database are used. The driver does not say how many of its connections
// are busy, so what takes one is counted here: each statement outside of transactions and each
// transaction, from the moment in which it is asked for. Those beyond the number of connections
// wait.
import type { Clock } from '#base/clock.js'
import { DependencyError } from '#base/dependency-error.js'
import { type MetricSource, type Metrics, reading } from '#ports/metrics.js'
import type { SpanStart, Tracing } from '#ports/tracing.js'
import { isConnectionError, LostTransactionError, StalledError } from './errors.js'

/** What takes a connection. */
export type PoolCall = 'statement' | 'transaction'

/** Within a trace; the text of a statement is in no span. */
const SPANS: Readonly<Record<PoolCall, SpanStart>> = {
  statement: spanOf('statement'),
  transaction: spanOf('transaction'),
}
const END = { thrown: (error: unknown) => reasonOf(error) ?? 'failed' }

export class PoolUse {
  readonly #clock: Pick<Clock, 'nowMs'>
  readonly #metrics: Metrics
  readonly #tracing: Tracing | undefined
  readonly #connectionsMax: number
  #underWay = 0

  constructor(options: {
    readonly clock: Pick<Clock, 'nowMs'>
    readonly metrics: Metrics
    readonly tracing?: Tracing | undefined
    readonly connectionsMax: number
  }) {
    this.#clock = options.clock
    this.#metrics = options.metrics
    this.#tracing = options.tracing
    this.#connectionsMax = options.connectionsMax
  }

  /** Runs a call, and tells how long it took and whether the database failed. */
  async measure<T>(call: PoolCall, run: () => Promise<T>): Promise<T> {
    const startedAtMs = this.#clock.nowMs()
    this.#underWay += 1
    try {
      return await (this.#tracing?.span(SPANS[call], run, END) ?? run())
    } catch (error) {
      const reason = reasonOf(error)
      if (reason !== undefined) this.#metrics.count('twinpool_database_failures_total', { reason })
      throw error
    } finally {
      this.#underWay -= 1
      const seconds = this.#secondsSince(startedAtMs)
      this.#metrics.observe('twinpool_database_call_duration_seconds', { call }, seconds)
    }
  }

  /** A transaction has its connection, for which it has waited since then. */
  waited(sinceMs: number): void {
    const seconds = this.#secondsSince(sinceMs)
    this.#metrics.observe('twinpool_database_connection_wait_seconds', {}, seconds)
  }

  source(): MetricSource {
    return {
      name: 'database-pool',
      isShared: false,
      read: () => {
        const max = this.#connectionsMax
        const running = Math.min(this.#underWay, max)
        return [
          reading('twinpool_database_connections_max', {}, max),
          reading('twinpool_database_calls_running', {}, running),
          reading('twinpool_database_calls_waiting', {}, this.#underWay - running),
        ]
      },
    }
  }

  #secondsSince(ms: number): number {
    return (this.#clock.nowMs() - ms) / 1000
  }
}

function spanOf(call: PoolCall): SpanStart {
  return {
    kind: 'CLIENT',
    name: `postgresql ${call}`,
    attributes: { 'db.system.name': 'postgresql', 'db.operation.name': call },
    isInner: true,
  }
}

/** Undefined: the call failed because of what was asked. */
function reasonOf(error: unknown): string | undefined {
  if (error instanceof StalledError) return 'stalled'
  const isLost =
    error instanceof LostTransactionError ||
    (error instanceof DependencyError && isConnectionError(error.cause))
  return isLost ? 'unreachable' : undefined
}
