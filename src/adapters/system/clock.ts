// The machine's clock. Time comes from here only, so that everything else can be tested with a
// clock that the test sets. A wait must never keep a process alive that has nothing else to do on
// its own account, so code that waits holds the process open by its socket or its signal.
import type { Clock } from '#base/clock.js'

export const systemClock: Clock = clockWithOffset(0)

/** A clock that is off by so much, as that of a machine whose time is not kept right. */
export function clockWithOffset(offsetMs: number): Clock {
  return { nowMs: () => Date.now() + offsetMs, wait }
}

function wait(delayMs: number, signal?: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve(false)
      return
    }
    const stop = () => {
      clearTimeout(timer)
      resolve(false)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve(true)
    }, delayMs)
    signal?.addEventListener('abort', stop, { once: true })
  })
}
