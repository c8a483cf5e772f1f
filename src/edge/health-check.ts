// Which Regions are alive. Each is asked for `/health` at a steady pace. A Region that refuses
// connections, or says that it cannot serve, is dead at once; one that does not answer in time gets
// a second chance, since a slow answer is often a busy machine. A good answer revives at once. A
// failed connection of the proxy counts like a check, so no caller waits for the next one.
import type { Clock } from '#base/clock.js'
import type { Logger } from '#base/log.js'
import { type Connections, callHttp, NoAnswerError } from './http-call.js'

export interface EdgeRegion {
  readonly name: string
  readonly endpoint: string
}

export interface RegionState extends EdgeRegion {
  readonly isAlive: boolean
  /** Since when it is as it is; undefined before the first check. */
  readonly sinceMs: number | undefined
}

export interface HealthCheckOptions {
  readonly regions: readonly EdgeRegion[]
  readonly checkMs: number
  readonly connections: Connections
  readonly clock: Clock
  readonly log: Logger
}

interface Watched {
  readonly region: EdgeRegion
  isAlive: boolean
  sinceMs: number | undefined
  timeouts: number
}

const TIMEOUTS_UNTIL_DEAD = 2
const TIMEOUT_MS_MIN = 1000

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
      sinceMs: undefined,
      timeouts: 0,
    }))
  }

  /** Asks each Region once, and goes on until stopped. */
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
    return this.#watched.map(({ region, isAlive, sinceMs }) => ({ ...region, isAlive, sinceMs }))
  }

  isAlive(name: string): boolean {
    return this.#watched.some((watched) => watched.region.name === name && watched.isAlive)
  }

  /** Somebody else saw that nothing listens there. */
  reportRefused(name: string): void {
    for (const watched of this.#watched) {
      if (watched.region.name === name) this.#set(watched, false)
    }
  }

  async #loop(watched: Watched): Promise<void> {
    const { clock, checkMs } = this.#options
    while (await clock.wait(checkMs, this.#stopped.signal)) await this.#check(watched)
  }

  async #check(watched: Watched): Promise<void> {
    const { clock, connections, checkMs } = this.#options
    try {
      const reply = await callHttp(connections, clock, {
        url: new URL(`${watched.region.endpoint}/health`),
        method: 'GET',
        headers: {},
        timeoutMs: Math.max(checkMs * 2, TIMEOUT_MS_MIN),
      })
      watched.timeouts = 0
      this.#set(watched, reply.status === 200)
    } catch (error) {
      const isTimeout = error instanceof NoAnswerError && error.reason !== 'refused'
      watched.timeouts = isTimeout ? watched.timeouts + 1 : TIMEOUTS_UNTIL_DEAD
      if (watched.timeouts >= TIMEOUTS_UNTIL_DEAD) this.#set(watched, false)
    }
  }

  #set(watched: Watched, isAlive: boolean): void {
    const { clock, log } = this.#options
    if (watched.sinceMs !== undefined && watched.isAlive === isAlive) return
    watched.isAlive = isAlive
    watched.sinceMs = clock.nowMs()
    log.info(isAlive ? 'region is alive' : 'region is down', { region: watched.region.name })
  }
}
