// Counts of the running second, by any key: how often one user, one address, one pool called this
// process. A second that ended is forgotten as a whole, so nothing accumulates.
import type { Clock } from '#base/clock.js'

const SECOND_MS = 1000

export class SecondCounts {
  readonly #clock: Pick<Clock, 'nowMs'>
  #second = 0
  #counts = new Map<string, number>()

  constructor(clock: Pick<Clock, 'nowMs'>) {
    this.#clock = clock
  }

  /** Counts one more of the key, unless the second has had `max` of it already. */
  count(key: string, max: number): boolean {
    const second = Math.floor(this.#clock.nowMs() / SECOND_MS)
    if (second !== this.#second) {
      this.#second = second
      this.#counts = new Map()
    }
    const before = this.#counts.get(key) ?? 0
    if (before >= max) return false
    this.#counts.set(key, before + 1)
    return true
  }
}
