// Steady-state work. A reconciler compares what is with what should be and repairs the difference.
// It is run by timer and by signal, and a signal carries nothing: there is one path for the first
// start, the daily run and the morning after, and no recovery path that only runs then. Each is
// safe to run twice and at once, though only the leader of a Region runs them.
//
// What must stay true: a reconciler that fails, for whatever reason, is run again.
import type { Clock } from '#base/clock.js'
import { linkedSignal } from '#base/linked-signal.js'
import type { Logger } from '#base/log.js'

export interface Reconciler {
  readonly name: string
  readonly intervalMs: number
  /** 'again': there is more to do, or something to wait for; run soon, waiting ever longer. */
  run(signal: AbortSignal): Promise<'steady' | 'again'>
}

/** A reconciler whose work is done each time, until its time comes again. */
export function periodic(
  name: string,
  intervalMs: number,
  work: (signal: AbortSignal) => Promise<void>,
): Reconciler {
  return {
    name,
    intervalMs,
    async run(signal) {
      await work(signal)
      return 'steady'
    },
  }
}

/** Wakes the task that waits for it; a notice without a waiting task is kept for the next one. */
export class WakeSignal {
  #isNotified = false
  #wake: (() => void) | undefined

  notify(): void {
    this.#isNotified = true
    this.#wake?.()
  }

  /** Waits for a notice, the delay or the signal, whichever is first. */
  async wait(options: { clock: Clock; delayMs: number; signal: AbortSignal }): Promise<void> {
    if (!this.#isNotified) {
      const { signal, abort, release } = linkedSignal(options.signal)
      this.#wake = abort
      await options.clock.wait(options.delayMs, signal)
      this.#wake = undefined
      release()
    }
    this.#isNotified = false
  }
}

export interface Schedule {
  readonly reconciler: Reconciler
  readonly wakeSignal: WakeSignal
}

export interface RunnerOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
}

const SOON_MS = 100

/** Runs all reconcilers side by side until the signal aborts and the last one has returned. */
export async function runReconcilers(
  schedules: readonly Schedule[],
  options: RunnerOptions,
): Promise<void> {
  await Promise.all(schedules.map((schedule) => runOne(schedule, options)))
}

async function runOne({ reconciler, wakeSignal }: Schedule, options: RunnerOptions): Promise<void> {
  const { clock, log, signal } = options
  let soonMs = SOON_MS
  let complaint = ''
  while (!signal.aborted) {
    let outcome: 'steady' | 'again' = 'again'
    try {
      outcome = await reconciler.run(signal)
      if (complaint !== '') log.info('reconciler recovered', { reconciler: reconciler.name })
      complaint = ''
    } catch (error) {
      if (signal.aborted) return
      const message = error instanceof Error ? error.message : String(error)
      // A Region that is down fails in the same words for hours; they are said once.
      if (message !== complaint) {
        log.warn('reconciler failed', { reconciler: reconciler.name, error })
      }
      complaint = message
    }
    if (outcome === 'steady') soonMs = SOON_MS
    const delayMs = outcome === 'steady' ? reconciler.intervalMs : soonMs
    if (outcome === 'again') soonMs = Math.min(soonMs * 2, reconciler.intervalMs)
    await wakeSignal.wait({ clock, delayMs, signal })
  }
}
