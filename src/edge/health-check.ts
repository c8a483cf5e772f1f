// Which Regions are alive. `/health` of each is requested at a steady pace. A Region that refuses
// connections, or says that it cannot serve, is down at once. One that is silent is suspect first:
// requests go elsewhere if they can, and it is checked again at once. Silent again, it is down. A
// good response revives at once. A refused connection of the proxy counts like a check, so no
// caller waits for the next one.
//
//              silent for SUSPECT_MS            silent for two checks
//     alive ─────────────────────▶ suspect ─────────────────────────▶ down
//       ▲ ◀───────── 200 ───────────┘                                   │
//       └──────────────────────────── 200 ◀─────────────────────────────┘
//     alive, suspect ── refused, or a response other than 200 ──▶ down
//
// A failure that is the edge's own, such as no file descriptors left, changes nothing.
import type { Clock } from '#base/clock.js'
import type { Logger } from '#base/log.js'
import type { Metrics } from '#ports/metrics.js'
import { type Connections, callHttp, NoResponseError } from './http-call.js'

export interface EdgeRegion {
  readonly name: string
  readonly endpoint: string
}

export interface RegionState extends EdgeRegion {
  readonly isAlive: boolean
  /** Alive as far as is known, but the last check waits for its response. */
  readonly isSuspect: boolean
  /** Since when it is alive or not; undefined before the first check. */
  readonly sinceMs: number | undefined
}

export interface HealthCheckOptions {
  readonly regions: readonly EdgeRegion[]
  readonly checkMs: number
  readonly connections: Connections
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: Metrics
}

interface Watched {
  readonly region: EdgeRegion
  isAlive: boolean
  isSuspect: boolean
  sinceMs: number | undefined
  silences: number
  /** Called when the Region goes down. */
  readonly onDown: Set<() => void>
}

const SILENCES_UNTIL_DOWN = 2
const SUSPECT_MS = 400
const TIMEOUT_MS = 1000

export class HealthCheck {
  readonly #options: HealthCheckOptions
  readonly #watched: readonly Watched[]
  readonly #stopped = new AbortController()
  #loops: readonly Promise<void>[] = []

  constructor(options: HealthCheckOptions) {
    this.#options = options
    this.#watched = options.regions.map((region) => ({
      region,
      isAlive: false,
      isSuspect: false,
      sinceMs: undefined,
      silences: 0,
      onDown: new Set(),
    }))
  }

  /** Checks each Region once, and goes on until stopped. */
  async start(): Promise<void> {
    await Promise.all(this.#watched.map((watched) => this.#check(watched)))
    this.#loops = this.#watched.map((watched) => this.#loop(watched))
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    await Promise.all(this.#loops)
  }

  /** All Regions in the order of the configuration. */
  states(): readonly RegionState[] {
    return this.#watched.map(({ region, isAlive, isSuspect, sinceMs }) => {
      return { ...region, isAlive, isSuspect, sinceMs }
    })
  }

  isAlive(name: string): boolean {
    return this.#find(name)?.isAlive === true
  }

  /** Records that the Region refused a connection of the proxy. */
  reportRefused(name: string): void {
    const watched = this.#find(name)
    if (watched !== undefined) this.#set(watched, false)
  }

  /** Calls once the Region goes down, until the returned function is called. */
  onDown(name: string, call: () => void): () => void {
    const watched = this.#find(name)
    watched?.onDown.add(call)
    return () => {
      watched?.onDown.delete(call)
    }
  }

  #find(name: string): Watched | undefined {
    return this.#watched.find((watched) => watched.region.name === name)
  }

  async #loop(watched: Watched): Promise<void> {
    const { clock, checkMs } = this.#options
    // A silent Region is checked again at once, so that its state is known soon.
    const pauseMs = () => (watched.isAlive && watched.silences > 0 ? 0 : checkMs)
    while (await clock.wait(pauseMs(), this.#stopped.signal)) await this.#check(watched)
  }

  async #check(watched: Watched): Promise<void> {
    const { clock, connections } = this.#options
    const responded = new AbortController()
    void clock.wait(SUSPECT_MS, responded.signal).then((isLate) => {
      if (isLate) watched.isSuspect = true
    })
    try {
      const { status } = await callHttp(connections, clock, {
        url: new URL(`${watched.region.endpoint}/health`),
        method: 'GET',
        headers: {},
        timeoutMs: TIMEOUT_MS,
      })
      watched.silences = 0
      watched.isSuspect = false
      this.#set(watched, status === 200)
    } catch (error) {
      this.#recordFailure(watched, error)
    } finally {
      responded.abort()
    }
  }

  #recordFailure(watched: Watched, error: unknown): void {
    const reason = error instanceof NoResponseError ? error.reason : 'broken'
    if (reason === 'unsent') {
      this.#options.log.warn('a region could not be asked', { region: watched.region.name, error })
      if (watched.sinceMs === undefined) this.#set(watched, false)
      return
    }
    watched.silences = reason === 'refused' ? SILENCES_UNTIL_DOWN : watched.silences + 1
    if (watched.silences >= SILENCES_UNTIL_DOWN) this.#set(watched, false)
  }

  #set(watched: Watched, isAlive: boolean): void {
    const { clock, log, metrics } = this.#options
    if (watched.sinceMs !== undefined && watched.isAlive === isAlive) return
    if (watched.sinceMs !== undefined) {
      const labels = { region: watched.region.name, state: isAlive ? 'alive' : 'down' }
      metrics.count('twinpool_edge_region_changes_total', labels)
    }
    watched.isAlive = isAlive
    watched.isSuspect = false
    watched.sinceMs = clock.nowMs()
    log.info(isAlive ? 'region is alive' : 'region is down', { region: watched.region.name })
    if (!isAlive) for (const call of [...watched.onDown]) call()
  }
}
