// Things that are handed over one by one and sent on in batches, one batch after the other, behind
// the back of whoever hands them over. It holds so many and no more, so that a receiver that is
// away costs memory that is known; what does not fit, or is not taken after some tries, is dropped
// and counted.
import { type Backoff, backoffMs } from './backoff.js'
import type { Clock } from './clock.js'

export interface BatchLimits {
  readonly heldMax: number
  readonly batchMax: number
  /** How long a batch that is not full is waited for. */
  readonly collectMs: number
  readonly triesMax: number
  readonly pause: Backoff
}

export interface BatchQueueOptions<T> {
  readonly clock: Clock
  readonly limits: BatchLimits
  /** What is sent at once, of as many as a batch may have; all of it if absent. */
  readonly split?: (items: readonly T[]) => readonly (readonly T[])[]
  /** Takes a batch or throws. */
  readonly send: (batch: readonly T[]) => Promise<void>
  /** Told of each try that failed. */
  readonly failed: (batch: readonly T[], error: unknown) => void
  /** Told how many were dropped since it was told last. */
  readonly dropped: (count: number) => void
}

export class BatchQueue<T> {
  readonly #options: BatchQueueOptions<T>
  readonly #held: T[] = []
  readonly #closing = new AbortController()
  #running: Promise<void> | undefined
  #dropped = 0

  constructor(options: BatchQueueOptions<T>) {
    this.#options = options
  }

  /** Takes an item, and returns at once. */
  add(item: T): void {
    if (this.#held.length >= this.#options.limits.heldMax) {
      this.#dropped += 1
      return
    }
    this.#held.push(item)
    this.#start()
  }

  /** Sends what is held, once, without waiting between. */
  async close(): Promise<void> {
    this.#closing.abort()
    while (this.#running !== undefined) await this.#running
  }

  #start(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
      // One that came behind the last look.
      if (this.#held.length > 0) this.#start()
    })
  }

  async #run(): Promise<void> {
    const { clock, limits, split = (items) => [items], dropped } = this.#options
    const { batchMax, collectMs } = limits
    while (this.#held.length > 0) {
      if (this.#held.length < batchMax) await clock.wait(collectMs, this.#closing.signal)
      for (const batch of split(this.#held.splice(0, batchMax))) {
        if (!(await this.#send(batch))) this.#dropped += batch.length
      }
      if (this.#dropped > 0) dropped(this.#dropped)
      this.#dropped = 0
    }
  }

  async #send(batch: readonly T[]): Promise<boolean> {
    const { clock, limits, send, failed } = this.#options
    for (let tries = 1; ; tries += 1) {
      try {
        await send(batch)
        return true
      } catch (error) {
        failed(batch, error)
        if (tries === limits.triesMax || this.#closing.signal.aborted) return false
        await clock.wait(backoffMs(limits.pause, tries - 1), this.#closing.signal)
      }
    }
  }
}
