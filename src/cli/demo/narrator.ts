// The output of the demo: prints each step with the time it took, and keeps the promises and their
// outcomes for the end.

export interface PromiseOutcome {
  readonly promise: string
  readonly holds: boolean
  readonly measured: string
}

export class Narrator {
  readonly #isQuiet: boolean
  readonly #startedAtMs = performance.now()
  readonly #outcomes: PromiseOutcome[] = []

  constructor(options: { isQuiet: boolean }) {
    this.#isQuiet = options.isQuiet
  }

  chapter(title: string): void {
    this.#print(`\n${title}`)
  }

  say(text: string): void {
    this.#print(`  ${text}`)
  }

  /** Does a step, and prints what it did and how long it took. */
  async step<T>(text: string, work: () => Promise<T>): Promise<T> {
    const startedAtMs = performance.now()
    const value = await work()
    this.say(`${text} (${duration(performance.now() - startedAtMs)})`)
    return value
  }

  /** Checks a promise; a failure is printed and the demo goes on, so that all of them are seen. */
  async promise(promise: string, check: () => Promise<string | undefined>): Promise<void> {
    const startedAtMs = performance.now()
    try {
      const measured = (await check()) ?? duration(performance.now() - startedAtMs)
      this.#outcomes.push({ promise, holds: true, measured })
      this.say(`✔ ${promise} (${measured})`)
    } catch (error) {
      const measured = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
      this.#outcomes.push({ promise, holds: false, measured })
      this.say(`✘ ${promise}: ${measured}`)
    }
  }

  /** Says which promises are broken, or all of them as JSON; returns whether all hold. */
  finish(measures: Readonly<Record<string, number>>): boolean {
    const holds = this.#outcomes.every((outcome) => outcome.holds)
    const seconds = (performance.now() - this.#startedAtMs) / 1000
    if (this.#isQuiet) {
      const promises = this.#outcomes
      process.stdout.write(`${JSON.stringify({ holds, seconds, promises, measures })}\n`)
      return holds
    }
    const broken = this.#outcomes.filter((outcome) => !outcome.holds)
    if (holds) {
      this.chapter(`All ${this.#outcomes.length} promises hold, in ${seconds.toFixed(1)} s.`)
      return holds
    }
    this.chapter(
      broken.length === 1 ? '1 promise is broken:' : `${broken.length} promises are broken:`,
    )
    for (const { promise, measured } of broken) this.say(`✘ ${promise}: ${measured}`)
    return holds
  }

  #print(text: string): void {
    if (!this.#isQuiet) process.stdout.write(`${text}\n`)
  }
}

export function duration(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`
  return ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

/** The value that a share of the values do not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
