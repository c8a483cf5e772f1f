// Events on their way to one destination: collected for a moment, sent as one batch, one batch
// after the other. It holds so many and no more, so that a destination that is away costs memory
// that is known; what does not fit, or is not taken after some tries, is dropped, counted and said.
import { type Backoff, backoffMs } from '#base/backoff.js'
import type { Clock } from '#base/clock.js'
import type { Logger } from '#base/log.js'

/** An event, as the line that it is, and when it happened. */
export interface LogLine {
  readonly poolId: string
  readonly atMs: number
  readonly text: string
}

/** Takes a batch or throws. */
export type SendBatch = (lines: readonly LogLine[], signal: AbortSignal) => Promise<void>

const HELD_MAX = 10_000
const BATCH_MAX = 100
const COLLECT_MS = 200
const TRIES_MAX = 3
const SEND_TIMEOUT_MS = 10_000
const PAUSE: Backoff = { firstMs: 200, maxMs: 5000 }

export class LogQueue {
  readonly #options: {
    readonly name: string
    readonly send: SendBatch
    readonly clock: Clock
    readonly log: Logger
  }
  readonly #held: LogLine[] = []
  readonly #closing = new AbortController()
  #running: Promise<void> | undefined
  #dropped = 0

  constructor(options: {
    readonly name: string
    readonly send: SendBatch
    readonly clock: Clock
    readonly log: Logger
  }) {
    this.#options = options
  }

  /** Puts an event into the list, and returns at once. */
  add(line: LogLine): void {
    if (this.#held.length >= HELD_MAX) {
      this.#dropped += 1
      return
    }
    this.#held.push(line)
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
    const { clock } = this.#options
    while (this.#held.length > 0) {
      if (this.#held.length < BATCH_MAX) await clock.wait(COLLECT_MS, this.#closing.signal)
      const lines = this.#held.splice(0, BATCH_MAX)
      if (!(await this.#send(lines))) this.#dropped += lines.length
      this.#report()
    }
  }

  async #send(lines: readonly LogLine[]): Promise<boolean> {
    const { name, send, clock, log } = this.#options
    for (let tries = 1; ; tries += 1) {
      try {
        await send(lines, AbortSignal.timeout(SEND_TIMEOUT_MS))
        return true
      } catch (error) {
        log.warn('events were not exported', { destination: name, events: lines.length, error })
        if (tries === TRIES_MAX || this.#closing.signal.aborted) return false
        await clock.wait(backoffMs(PAUSE, tries - 1), this.#closing.signal)
      }
    }
  }

  #report(): void {
    if (this.#dropped === 0) return
    const { name, log } = this.#options
    log.error('events were dropped', { destination: name, events: this.#dropped })
    this.#dropped = 0
  }
}
