// One connection for work that lasts as long as the connection does: listening, or holding a lock.
// It is not made again, and a connection that died without a word is found by asking it something
// regularly.
import postgres, { type Options, type PostgresType, type Sql } from 'postgres'
import type { Clock } from '#base/clock.js'
import { linkedSignal } from '#base/linked-signal.js'

const PROBE_MS = 1000

export interface WatchedConnectionOptions {
  readonly url: string
  readonly clock: Clock
  /** How long a statement may take. */
  readonly timeoutMs: number
  readonly driver: Options<Record<string, PostgresType>>
}

/** The connection was closed, or did not respond in time. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError'
}

export class WatchedConnection {
  readonly sql: Sql
  readonly #clock: Clock
  readonly #timeoutMs: number
  readonly #lost = new AbortController()

  constructor({ url, clock, timeoutMs, driver }: WatchedConnectionOptions) {
    this.#clock = clock
    this.#timeoutMs = timeoutMs
    this.sql = postgres(url, {
      max: 1,
      max_lifetime: null,
      fetch_types: false,
      onnotice: () => undefined,
      ...driver,
      onclose: () => this.#lost.abort(),
    })
  }

  /** Aborts when the connection is lost. */
  get lost(): AbortSignal {
    return this.#lost.signal
  }

  /** Waits for a statement. Throws ConnectionLostError, also when `stop` aborts meanwhile. */
  async run(statement: PromiseLike<unknown>, stop: AbortSignal): Promise<void> {
    const giveUp = linkedSignal(this.lost, stop)
    try {
      const done = Promise.resolve(statement).then(() => true)
      const timedOut = this.#clock.wait(this.#timeoutMs, giveUp.signal).then(() => false)
      if (await Promise.race([done, timedOut])) return
      done.catch(() => undefined)
      throw new ConnectionLostError('the database does not respond')
    } finally {
      giveUp.release()
      giveUp.abort()
    }
  }

  /** Probes the connection until it is lost or `stop` aborts. */
  async watch(stop: AbortSignal, probeMs = PROBE_MS): Promise<void> {
    const over = linkedSignal(this.lost, stop)
    try {
      while (await this.#clock.wait(probeMs, over.signal)) await this.run(this.sql`select 1`, stop)
    } catch {
      this.#lost.abort()
    } finally {
      over.release()
    }
  }

  async end(): Promise<void> {
    this.#lost.abort()
    await this.sql.end({ timeout: 0 }).catch(() => undefined)
  }
}
