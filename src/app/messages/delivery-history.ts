// How deliveries went lately, so that a delivery that only pretends to be one takes as long and
// fails as often: whoever measures how long ForgotPassword takes must not learn who exists. What is
// remembered is bounded, and is about this process only.
import type { Clock } from '#base/clock.js'
import type { Random } from '#base/random.js'

const REMEMBERED_MAX = 16
const KEYS_MAX = 10_000

interface Past {
  readonly durationMs: number
  readonly isTaken: boolean
}

export class DeliveryHistory {
  readonly #clock: Clock
  readonly #random: Random
  readonly #past = new Map<string, readonly Past[]>()

  constructor({ clock, random }: { readonly clock: Clock; readonly random: Random }) {
    this.#clock = clock
    this.#random = random
  }

  /** Remembers a delivery, in place of the oldest when there are many. */
  add(key: string, past: Past): void {
    const known = this.#past.get(key) ?? []
    this.#past.delete(key)
    this.#past.set(key, [...known, past].slice(-REMEMBERED_MAX))
    const [oldest] = this.#past.keys()
    if (this.#past.size > KEYS_MAX && oldest !== undefined) this.#past.delete(oldest)
  }

  /** Waits as one of the deliveries did, and returns whether it succeeded. */
  async repeat(key: string): Promise<boolean> {
    const known = this.#past.get(key) ?? []
    const [byte = 0] = this.#random.bytes(1)
    const past = known[byte % known.length]
    if (past === undefined) return true
    await this.#clock.wait(past.durationMs)
    return past.isTaken
  }
}
