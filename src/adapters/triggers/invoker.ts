// Calls functions: three tries of five seconds each, and for each function a bounded number of
// calls at once with a bounded queue before them. Functions share nothing, so that one that is slow
// makes nobody wait but its own callers.
// Cognito: developer guide, "Customizing user pool workflows with Lambda triggers", of before March
// 2026, which named the number of tries.

import type { Clock } from '#base/clock.js'
import { type Metrics, noMetrics } from '#ports/metrics.js'
import type {
  FunctionFigures,
  FunctionOutcome,
  TriggerFunctions,
} from '#ports/trigger-functions.js'
import { failed, type Transport, type TransportOf, type TryOutcome } from './transport.js'
import { Turns } from './turns.js'

/** How a function is called: the one place that says so. */
export const CALLING = { tries: 3, tryMs: 5000, queuedMs: 5000, pauseMs: 100 } as const

export type Calling = { readonly [Name in keyof typeof CALLING]: number }

/** Functions that are remembered; those at rest make room for others. */
const FUNCTIONS_MAX = 1000

export interface InvokerOptions {
  readonly transportOf: TransportOf
  readonly clock: Clock
  /** Calls of one function at once, and those that may wait for their turn. */
  readonly concurrentCallsMax: number
  readonly queuedCallsMax: number
  readonly calling?: Calling
  readonly metrics?: Metrics
}

export interface Invoker extends TriggerFunctions {
  close(): Promise<void>
}

export function createInvoker(options: InvokerOptions): Invoker {
  const called = new Map<string, CalledFunction>()
  const functionOf = (arn: string) => {
    const known = called.get(arn)
    if (known !== undefined) return known
    makeRoom(called)
    const made = new CalledFunction(arn, options)
    called.set(arn, made)
    return made
  }
  return {
    invoke: (arn, payload) => functionOf(arn).call(payload, false),
    notify: (arn, payload) => functionOf(arn).call(payload, true),
    figures: () => [...called.values()].map((each) => each.figures()),
    async close() {
      await Promise.all([...called.values()].map((each) => each.close()))
    },
  }
}

function makeRoom(called: Map<string, CalledFunction>): void {
  if (called.size < FUNCTIONS_MAX) return
  for (const [arn, each] of called) {
    if (!each.isAtRest) continue
    called.delete(arn)
    void each.close()
    return
  }
}

class CalledFunction {
  readonly #arn: string
  readonly #options: InvokerOptions
  readonly #calling: Calling
  readonly #transport: Transport
  readonly #turns: Turns
  readonly #metrics: Metrics
  readonly #labels: { readonly function: string }
  readonly #counts = {
    returned: 0,
    threw: 0,
    failed: 0,
    retries: 0,
    rejected: 0,
    totalMs: 0,
    longestMs: 0,
  }

  constructor(arn: string, options: InvokerOptions) {
    const { transportOf, concurrentCallsMax, queuedCallsMax, calling = CALLING } = options
    this.#arn = arn
    this.#options = options
    this.#calling = calling
    this.#metrics = options.metrics ?? noMetrics
    this.#labels = { function: arn }
    this.#transport = transportOf(arn)
    this.#turns = new Turns({ runningMax: concurrentCallsMax, waitingMax: queuedCallsMax })
  }

  get isAtRest(): boolean {
    return this.#turns.running === 0 && this.#turns.waiting === 0
  }

  async call(payload: string, isNotice: boolean): Promise<FunctionOutcome> {
    const counts = this.#counts
    const { clock } = this.#options
    const startedAtMs = clock.nowMs()
    const outcome = await this.#inTurn(payload, isNotice)
    const tookMs = clock.nowMs() - startedAtMs
    counts[outcome.kind] += 1
    const labels = { ...this.#labels, result: outcome.kind }
    this.#metrics.count('twinpool_trigger_calls_total', labels)
    this.#metrics.observe('twinpool_trigger_duration_seconds', this.#labels, tookMs / 1000)
    counts.totalMs += tookMs
    counts.longestMs = Math.max(counts.longestMs, tookMs)
    return outcome
  }

  async #inTurn(payload: string, isNotice: boolean): Promise<FunctionOutcome> {
    const { queuedMs } = this.#calling
    const { clock } = this.#options
    const sinceMs = clock.nowMs()
    const hasTurn = await this.#turns.take(AbortSignal.timeout(queuedMs), sinceMs)
    const waitedMs = clock.nowMs() - sinceMs
    this.#metrics.observe('twinpool_trigger_queue_wait_seconds', this.#labels, waitedMs / 1000)
    if (!hasTurn) {
      this.#counts.rejected += 1
      this.#metrics.count('twinpool_trigger_rejected_total', this.#labels)
      return { kind: 'failed', reason: 'TooManyRequestsException' }
    }
    try {
      return await this.#tries(payload, isNotice)
    } finally {
      this.#turns.release()
    }
  }

  async #tries(payload: string, isNotice: boolean): Promise<FunctionOutcome> {
    const { tries, tryMs, pauseMs } = this.#calling
    let outcome: TryOutcome = failed('not called', true)
    for (let made = 0; made < tries; made += 1) {
      if (made > 0) {
        this.#counts.retries += 1
        this.#metrics.count('twinpool_trigger_retries_total', this.#labels)
        await this.#options.clock.wait(pauseMs)
      }
      const signal = AbortSignal.timeout(tryMs)
      outcome = await this.#transport.attempt({ payload, isNotice, signal })
      if (outcome.kind !== 'failed' || !outcome.isRetryable) break
    }
    return outcome.kind === 'failed' ? { kind: 'failed', reason: outcome.reason } : outcome
  }

  figures(): FunctionFigures {
    const { kind: transport, restarts = 0 } = this.#transport
    const { running, waiting: queued, waitingSinceMs: queuedSinceMs } = this.#turns
    const turns = { running, queued, queuedSinceMs }
    return { arn: this.#arn, transport, ...turns, restarts, ...this.#counts }
  }

  close(): Promise<void> {
    return this.#transport.close()
  }
}
