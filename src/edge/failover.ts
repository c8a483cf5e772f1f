// Which Region's response a caller gets. Regions are tried in the order of the candidates. The next
// one is tried when the one before cannot have processed the request (no connection came about),
// or, where doing it twice does no harm, when it failed, responded that it cannot serve, or is
// silent for a moment: then both run, and the first good response wins. A request that may have
// been processed and must not be repeated ends as soon as its Region is known to be down.
import type { Clock } from '#base/clock.js'
import type { Logger } from '#base/log.js'
import type { Metrics } from '#ports/metrics.js'
import type { EdgeRegion, HealthCheck } from './health-check.js'
import { NoResponseError, type RegionResponse } from './http-call.js'

/** A response that is passed on to the caller. */
export interface Chosen {
  readonly region: EdgeRegion
  readonly response: RegionResponse
  /** Whether a Region that was tried before gave no response at all. */
  readonly isIncomplete: boolean
}

export interface FailoverOptions {
  readonly regions: readonly EdgeRegion[]
  /** Whether doing it twice does no harm. */
  readonly isRepeatable: boolean
  /** Whether a response with this status is left for another Region to better. */
  readonly isRefusal: (status: number) => boolean
  /** Sends the request to a Region. Throws NoResponseError. */
  readonly send: (region: EdgeRegion, signal: AbortSignal) => Promise<RegionResponse>
  readonly health: HealthCheck
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: Metrics
  /** Aborted when the caller hangs up. */
  readonly signal: AbortSignal
}

/** How long a Region may be silent before the next one is tried, too. */
const HEDGE_MS = 400

/** How long a Region that is down by the checks may take to prove them wrong. */
const DOUBTFUL_MS = 2000

interface Attempt {
  readonly region: EdgeRegion
  readonly abort: AbortController
  /** Ends its timers and its watch over the Region. */
  readonly release: () => void
}

/** Resolves with the response to pass on; undefined when no Region gave one. */
export function chooseResponse(options: FailoverOptions): Promise<Chosen | undefined> {
  return new Promise((resolve) => {
    new Failover(options, resolve).begin()
  })
}

class Failover {
  readonly #options: FailoverOptions
  readonly #resolve: (chosen: Chosen | undefined) => void
  readonly #running = new Set<Attempt>()
  #next = 0
  #isOver = false
  #isIncomplete = false
  readonly #hangUp = () => this.#end(undefined)

  constructor(options: FailoverOptions, resolve: (chosen: Chosen | undefined) => void) {
    this.#options = options
    this.#resolve = resolve
  }

  begin(): void {
    const { signal } = this.#options
    signal.addEventListener('abort', this.#hangUp)
    if (signal.aborted) this.#hangUp()
    else this.#tryNext()
  }

  /** Tries the next candidate; without one, waits for those that run, or gives up. */
  #tryNext(): void {
    const { regions, send } = this.#options
    const region = regions[this.#next]
    if (region === undefined) {
      if (this.#running.size === 0) this.#end(undefined)
      return
    }
    this.#next += 1
    const attempt = this.#start(region)
    send(region, attempt.abort.signal).then(
      (response) => this.#onResponse(attempt, response),
      (error: unknown) => this.#onFailure(attempt, error),
    )
  }

  #start(region: EdgeRegion): Attempt {
    const { health, clock, isRepeatable } = this.#options
    const abort = new AbortController()
    const timers = new AbortController()
    const giveUp = () => abort.abort()
    const stopWatching = health.onDown(region.name, giveUp)
    const after = (ms: number, act: () => void) =>
      void clock.wait(ms, timers.signal).then((isLate) => {
        if (isLate) act()
      })
    if (isRepeatable) after(HEDGE_MS, () => this.#tryNext())
    if (!health.isAlive(region.name)) after(DOUBTFUL_MS, giveUp)
    const release = () => {
      timers.abort()
      stopWatching()
    }
    const attempt = { region, abort, release }
    this.#running.add(attempt)
    return attempt
  }

  #onResponse(attempt: Attempt, response: RegionResponse): void {
    this.#settle(attempt)
    if (this.#isOver) {
      discard(response)
      return
    }
    const { regions, isRefusal } = this.#options
    const isLastWord = this.#next === regions.length && this.#running.size === 0
    if (!isLastWord && isRefusal(response.status)) {
      discard(response)
      if (this.#running.size === 0) this.#tryNext()
      return
    }
    this.#end({ region: attempt.region, response, isIncomplete: this.#isIncomplete })
  }

  #onFailure(attempt: Attempt, error: unknown): void {
    this.#settle(attempt)
    if (this.#isOver) return
    this.#isIncomplete = true
    const { health, log, metrics, isRepeatable } = this.#options
    const region = attempt.region.name
    const reason = error instanceof NoResponseError ? error.reason : 'failed'
    metrics.count('twinpool_edge_attempt_failures_total', { region, reason })
    const isSafe = error instanceof NoResponseError && error.isSafe
    if (error instanceof NoResponseError && error.reason === 'refused') health.reportRefused(region)
    log.warn('region did not answer', { region, error })
    if (isSafe || isRepeatable) this.#tryNext()
    else this.#end(undefined)
  }

  #settle(attempt: Attempt): void {
    attempt.release()
    this.#running.delete(attempt)
  }

  #end(chosen: Chosen | undefined): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#options.signal.removeEventListener('abort', this.#hangUp)
    for (const { abort, release } of this.#running) {
      release()
      abort.abort()
    }
    this.#resolve(chosen)
  }
}

/** Reads a response that is not needed, so that its connection can be used again. */
function discard({ body }: RegionResponse): void {
  body.on('error', () => undefined)
  void body.dump().catch(() => undefined)
}
