// Counts by key, absolute for as long as the process runs, of which some have changed since they
// were written. Since a count is written whole, one that is written twice is the same, and one
// whose write has failed is part of the next. There are so many keys and no more.

/** A count, and what it is about. */
export interface Count<About> {
  readonly about: About
  readonly count: number
  readonly lastMs: number
}

interface Kept<About> {
  readonly about: About
  count: number
  lastMs: number
}

export class Counters<About> {
  readonly #keysMax: number
  readonly #kept = new Map<string, Kept<About>>()
  /** Keys whose counts are not written. */
  readonly #changed = new Set<string>()

  constructor(keysMax: number) {
    this.#keysMax = keysMax
  }

  /** How many counts are not written. */
  get changed(): number {
    return this.#changed.size
  }

  /** 'full': it is not counted. */
  add(key: string, about: () => About, nowMs: number): 'counted' | 'full' {
    let kept = this.#kept.get(key)
    if (kept === undefined) {
      if (this.#kept.size >= this.#keysMax) return 'full'
      kept = { about: about(), count: 0, lastMs: nowMs }
      this.#kept.set(key, kept)
    }
    kept.count += 1
    kept.lastMs = nowMs
    this.#changed.add(key)
    return 'counted'
  }

  /**
   * Writes what has changed, so many at a time, and forgets what is written and over. What is
   * counted meanwhile has changed again.
   */
  async flush(options: {
    readonly batchMax: number
    readonly write: (counts: readonly Count<About>[]) => Promise<void>
    readonly isOver: (about: About) => boolean
  }): Promise<void> {
    const { batchMax, write, isOver } = options
    const keys = [...this.#changed]
    for (let from = 0; from < keys.length; from += batchMax) {
      const batch = keys.slice(from, from + batchMax)
      for (const key of batch) this.#changed.delete(key)
      const counts = batch.flatMap((key) => {
        const kept = this.#kept.get(key)
        return kept === undefined ? [] : [{ ...kept }]
      })
      try {
        await write(counts)
      } catch (error) {
        for (const key of batch) this.#changed.add(key)
        throw error
      }
    }
    for (const [key, { about }] of this.#kept) {
      if (!this.#changed.has(key) && isOver(about)) this.#kept.delete(key)
    }
  }
}
