// How a call is watched: its result as a label, and how long it took.
import type { Clock } from '#base/clock.js'
import type { Metrics } from '#ports/metrics.js'

/** What watching takes. */
export interface Watch {
  readonly metrics: Metrics
  readonly clock: Clock
}

/** Does the work, and passes its result and duration to `record` however it ends. */
export async function watched<T>(
  clock: Clock,
  work: () => Promise<T>,
  {
    returned = 'ok',
    resultOf,
    record,
  }: {
    /** The label when the work returns. */
    readonly returned?: string
    /** The label for what the work threw. */
    resultOf(error: unknown): string
    record(result: string, seconds: number): void
  },
): Promise<T> {
  const startedAtMs = clock.nowMs()
  let result = returned
  try {
    return await work()
  } catch (error) {
    result = resultOf(error)
    throw error
  } finally {
    record(result, (clock.nowMs() - startedAtMs) / 1000)
  }
}
