// What is counted and measured, as the inside sees it: words of one table and numbers. Which
// library keeps them, and how an operator reads them, is behind this port. Counting never fails and
// never waits. What must stay true: nothing here depends on whether anybody reads the metrics.
import type { CounterName, HistogramName, LabelsOf, ReadName } from './metric-definitions.js'

/** A value that was read for a scrape. */
export interface Reading {
  readonly name: ReadName
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** A value of a metric that is read at each scrape. */
export function reading<N extends ReadName>(name: N, labels: LabelsOf<N>, value: number): Reading {
  return { name, labels, value }
}

/** Something that is read at each scrape. If it fails, or is late, its metrics are missing. */
export interface MetricSource {
  readonly name: string
  /** It is the same whichever process of the node reads it, so one of them does. */
  readonly isShared: boolean
  read(): readonly Reading[] | Promise<readonly Reading[]>
}

/** Where everything is counted. */
export interface Metrics {
  count<N extends CounterName>(name: N, labels: LabelsOf<N>, by?: number): void
  observe<N extends HistogramName>(name: N, labels: LabelsOf<N>, seconds: number): void
  /** Adds what is read at each scrape. */
  addSource(source: MetricSource): void
}

/** For processes that nobody watches. */
export const noMetrics: Metrics = {
  count: () => undefined,
  observe: () => undefined,
  addSource: () => undefined,
}
