// Turns at something that so many may do at once: those who come later wait in order, and those who
// find the queue full, or whose signal aborts while they wait, do not get one.

interface Waiter {
  readonly sinceMs: number
  readonly go: (hasTurn: boolean) => void
}

export class Turns {
  readonly #runningMax: number
  readonly #waitingMax: number
  /** In order of arrival; a set, so that who gives up leaves at once. */
  readonly #waiters = new Set<Waiter>()
  #running = 0

  constructor({ runningMax, waitingMax }: { runningMax: number; waitingMax: number }) {
    this.#runningMax = runningMax
    this.#waitingMax = waitingMax
  }

  get running(): number {
    return this.#running
  }

  get waiting(): number {
    return this.#waiters.size
  }

  /** Since when the one who has waited longest waits. */
  get waitingSinceMs(): number | undefined {
    const [first] = this.#waiters
    return first?.sinceMs
  }

  /** True once it is the caller's turn, who gives it back by `release`. */
  take(signal: AbortSignal, nowMs = 0): Promise<boolean> {
    if (this.#running < this.#runningMax) {
      this.#running += 1
      return Promise.resolve(true)
    }
    if (this.#waiters.size >= this.#waitingMax || signal.aborted) return Promise.resolve(false)
    return new Promise((resolve) => {
      const giveUp = () => {
        this.#waiters.delete(waiter)
        resolve(false)
      }
      const waiter = {
        sinceMs: nowMs,
        go(hasTurn: boolean) {
          signal.removeEventListener('abort', giveUp)
          resolve(hasTurn)
        },
      }
      this.#waiters.add(waiter)
      signal.addEventListener('abort', giveUp, { once: true })
    })
  }

  /** The turn goes to the one who has waited longest. */
  release(): void {
    const [next] = this.#waiters
    if (next === undefined) {
      this.#running -= 1
      return
    }
    this.#waiters.delete(next)
    next.go(true)
  }
}
