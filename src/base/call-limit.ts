// How many calls may run at once. One that is too many is turned away at once instead of waiting:
// its caller comes again, and a queue would only make everybody late.

export class CallLimit {
  readonly #max: number
  #running = 0

  constructor(max: number) {
    this.#max = max
  }

  /** Runs the call, unless as many are running already; then undefined. */
  run<T>(call: () => Promise<T>): Promise<T> | undefined {
    if (this.#running >= this.#max) return undefined
    this.#running += 1
    return call().finally(() => {
      this.#running -= 1
    })
  }
}
