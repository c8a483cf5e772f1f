// Writes what was noted, every so often while there is something, behind the back of whoever notes
// it. A write that fails is tried again, ever later, until it succeeds: what is kept meanwhile, and
// how much of it, is for the one who keeps it to say. At the end there is a last write, with a few
// tries, since a process that ends cannot wait for a database that is gone.
import { type Backoff, backoffMs } from './backoff.js'
import type { Clock } from './clock.js'

interface FlushLoopOptions {
  readonly clock: Clock
  /** How long notes are collected for. */
  readonly intervalMs: number
  /** Writes what there is, or throws and keeps it. */
  readonly flush: () => Promise<void>
  readonly hasMore: () => boolean
  /** Told of each write that failed. */
  readonly failed: (error: unknown) => void
}

const PAUSE: Backoff = { firstMs: 500, maxMs: 10_000 }
const LAST_TRIES_MAX = 3
const LAST_PAUSE_MS = 200

export class FlushLoop {
  readonly #options: FlushLoopOptions
  readonly #closing = new AbortController()
  #running: Promise<void> | undefined

  constructor(options: FlushLoopOptions) {
    this.#options = options
  }

  /** There is something to write. Returns at once, and costs next to nothing while it runs. */
  wake(): void {
    if (this.#running !== undefined) return
    this.#running = this.#run().finally(() => {
      this.#running = undefined
      // One that came behind the last look.
      if (!this.#closing.signal.aborted && this.#options.hasMore()) this.wake()
    })
  }

  /** Writes what there is, and ends. */
  async close(): Promise<void> {
    this.#closing.abort()
    await this.#running
    if (this.#options.hasMore()) await this.#last()
  }

  async #run(): Promise<void> {
    const { clock, intervalMs, flush, hasMore, failed } = this.#options
    const { signal } = this.#closing
    for (let failures = 0; hasMore(); ) {
      const pauseMs = failures === 0 ? intervalMs : backoffMs(PAUSE, failures - 1)
      await clock.wait(pauseMs, signal)
      if (signal.aborted) return
      try {
        await flush()
        failures = 0
      } catch (error) {
        failures += 1
        failed(error)
      }
    }
  }

  async #last(): Promise<void> {
    const { clock, flush, failed } = this.#options
    for (let tries = 1; ; tries += 1) {
      try {
        await flush()
        return
      } catch (error) {
        failed(error)
        if (tries === LAST_TRIES_MAX) return
        await clock.wait(LAST_PAUSE_MS)
      }
    }
  }
}
