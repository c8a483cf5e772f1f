// Turns at a transport: so many messages are on their way at once, those that come later wait in
// order for as long as they have time, and those that find the queue full are refused.

interface Waiter {
  readonly go: (hasTurn: boolean) => void
}

export class Turns {
  readonly #runningMax: number
  readonly #waitingMax: number
  readonly #waiters = new Set<Waiter>()
  #running = 0

  constructor({ runningMax, waitingMax }: { runningMax: number; waitingMax: number }) {
    this.#runningMax = runningMax
    this.#waitingMax = waitingMax
  }

  /** True once it is the caller's turn, who gives it back by `release`. */
  take(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return Promise.resolve(false)
    if (this.#running < this.#runningMax) {
      this.#running += 1
      return Promise.resolve(true)
    }
    if (this.#waiters.size >= this.#waitingMax) return Promise.resolve(false)
    return new Promise((resolve) => {
      const giveUp = () => {
        this.#waiters.delete(waiter)
        resolve(false)
      }
      const waiter = {
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
