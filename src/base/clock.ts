// Time as a value that is passed in, so that rules about expiry can be tested without waiting.
// Only `adapters/system` reads the machine's clock.

/** A source of time and timers. */
export interface Clock {
  /** Milliseconds since the epoch. */
  nowMs(): number
  /** Resolves after `delayMs`, or at once with `false` when `signal` aborts. */
  wait(delayMs: number, signal?: AbortSignal): Promise<boolean>
}

/** Seconds since the epoch, rounded down: the unit of JWT claims. */
export function nowSeconds(clock: Clock): number {
  return Math.floor(clock.nowMs() / 1000)
}
