// How a call is watched: its result as a label, and how long it took.
import type { Clock } from '#base/clock.js'
import type { Metrics } from '#ports/metrics.js'
import type { SpanStart, Tracing } from '#ports/tracing.js'

/** What watching takes. */
export interface Watch {
  readonly metrics: Metrics
  readonly clock: Clock
  readonly tracing?: Tracing | undefined
}

/** The span of a call to another service. */
export type CallSpan = Pick<SpanStart, 'name' | 'attributes'>

/** Does the work, and passes its result and duration to `record` however it ends. */
export async function watched<T>(
  { clock, tracing }: Watch,
  work: () => Promise<T>,
  options: {
    /** The label when the work returns. */
    readonly returned?: string
    /** The label for what the work threw. */
    resultOf(error: unknown): string
    record(result: string, seconds: number): void
    /** The span of the call, within a trace. */
    span(): CallSpan
  },
): Promise<T> {
  const { returned = 'ok', resultOf, record } = options
  const startedAtMs = clock.nowMs()
  let result = returned
  try {
    return await traced(tracing, work, options)
  } catch (error) {
    result = resultOf(error)
    throw error
  } finally {
    record(result, (clock.nowMs() - startedAtMs) / 1000)
  }
}

/** Does the work in a span of its own, if it is part of a trace. */
export function traced<T>(
  tracing: Tracing | undefined,
  work: () => Promise<T>,
  {
    span,
    resultOf,
    failureOf,
  }: {
    span(): CallSpan
    /** The word for what the work threw. */
    resultOf(error: unknown): string
    /** The word for what it returned, where that may be a failure. */
    failureOf?(value: T): string | undefined
  },
): Promise<T> {
  if (tracing === undefined) return work()
  const start = { ...span(), kind: 'CLIENT', isInner: true } as const
  return tracing.span(start, work, {
    ended(value) {
      const error = failureOf?.(value)
      return { error, isFault: error !== undefined }
    },
    thrown: resultOf,
  })
}

/** The span of a call to a service of AWS, or to what stands for one. */
export const awsCallSpan = (service: string, operation: string): CallSpan => ({
  name: `${service}.${operation}`,
  attributes: { 'rpc.system.name': 'aws-api', 'rpc.method': `${service}/${operation}` },
})
