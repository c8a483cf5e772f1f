// All chance of a run: every decision is drawn from generators that one seed begins, never from
// time, so that the same seed makes the same decisions as far as the responses are the same.

export class Chance {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** A generator of its own, for an actor whose draws must not depend on those of others. */
  fork(label: number): Chance {
    return new Chance(Math.imul(this.#state ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(label + 1, 7919))
  }

  /** In [0, 1): mulberry32, which is short and passes the usual tests. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number in [from, to]. */
  between(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1))
  }

  is(probability: number): boolean {
    return this.next() < probability
  }

  /** One of the list; undefined of an empty one. */
  pick<T>(list: readonly T[]): T | undefined {
    return list[this.between(0, list.length - 1)]
  }

  /** One of the list, each as often as its weight says. */
  weighted<T extends { readonly weight: number }>(list: readonly T[]): T | undefined {
    let left = this.next() * list.reduce((sum, { weight }) => sum + weight, 0)
    return list.find(({ weight }) => {
      left -= weight
      return left < 0
    })
  }
}
