// Waiting in tests. A test waits for a state that it names and never for a time: a sleep is too
// short on a busy machine and too long on every other.
import { setTimeout as pause } from 'node:timers/promises'

/** Only a state that never comes takes so long, however much else the machine does. */
const TIMEOUT_MS = 60_000

export interface WaitOptions {
  /** What is waited for, as the failure should call it. */
  readonly what: string
  readonly timeoutMs?: number
  readonly intervalMs?: number
}

/**
 * Asks `state` until it returns something other than `undefined` or `false`, and returns that.
 * An error of `state` counts as "not yet"; the last one is the cause of the timeout.
 */
export async function waitFor<T>(
  state: () => Promise<T | undefined | false> | T | undefined | false,
  options: WaitOptions,
): Promise<T> {
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS
  const deadlineMs = performance.now() + timeoutMs
  let cause: unknown
  for (;;) {
    try {
      const value = await state()
      if (value !== undefined && value !== false) return value
      cause = undefined
    } catch (error) {
      cause = error
    }
    if (performance.now() >= deadlineMs) {
      throw new Error(`waited ${timeoutMs} ms in vain for ${options.what}`, { cause })
    }
    await pause(options.intervalMs ?? 25)
  }
}
