// How many calls may run at once. One too many is rejected and not queued: SDK clients retry, and a
// queue would only make every caller late.

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
