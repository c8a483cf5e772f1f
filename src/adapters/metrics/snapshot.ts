// The metrics of a process at one moment, as values that cross a channel between processes, and how
// those of several workers become one. What must stay true: a counter never falls. Prometheus takes
// one that does for one that began anew, and would count all workers' past once more; so what a
// worker counted is kept when it ends, and when it does not answer.
import { AggregatorRegistry, type Metric, Registry } from 'prom-client'

/** One metric at one moment. */
export interface MetricSnapshot {
  readonly name: string
  readonly help: string
  readonly type: string
  /** How values of several processes become one, as prom-client calls it. */
  readonly aggregator: string
  /** Something else counts, and every process that reads it reads the same. */
  readonly isRead: boolean
  readonly values: readonly {
    readonly value: number
    readonly labels: Readonly<Record<string, string | number>>
    readonly metricName?: string
  }[]
}

/** The metrics of a process at one moment. */
export type Snapshot = readonly MetricSnapshot[]

/** The text format of Prometheus, version 0.0.4. */
export function textOfSnapshot(snapshot: Snapshot): Promise<string> {
  const registry = new Registry()
  for (const metric of snapshot) {
    if (metric.values.length === 0) continue
    // What a registry asks of a metric is its values.
    registry.registerMetric({ ...metric, get: async () => metric } as unknown as Metric)
  }
  return registry.metrics()
}

/** The workers of a node, as one. */
export class AddedSnapshots {
  /** What each worker said last. */
  readonly #last = new Map<number, Snapshot>()
  /** What workers counted that are gone. */
  #gone: Snapshot = []

  /** Takes what a worker says now. */
  put(worker: number, snapshot: Snapshot): void {
    this.#last.set(worker, snapshot)
  }

  /** All others have ended; what one counted since it was asked last is lost. */
  keep(running: ReadonlySet<number>): void {
    for (const [worker, last] of this.#last) {
      if (running.has(worker)) continue
      this.#last.delete(worker)
      this.#gone = addUp([this.#gone, last.filter(isCounted)])
    }
  }

  /** All of them; of those that did not answer this time, only what they have counted. */
  sum(answered: ReadonlySet<number>): Snapshot {
    const present = [...this.#last].map(([worker, snapshot]) =>
      answered.has(worker) ? snapshot : snapshot.filter(isCounted),
    )
    return addUp([...present, this.#gone])
  }
}

function isCounted({ type, isRead }: MetricSnapshot): boolean {
  return !isRead && (type === 'counter' || type === 'histogram')
}

function addUp(snapshots: readonly Snapshot[]): Snapshot {
  const isReadOf = new Map(snapshots.flat().map(({ name, isRead }) => [name, isRead]))
  const added = AggregatorRegistry.aggregate(snapshots.map((each) => [...each]))
  // What the library aggregates has its values as a member, too.
  const metrics = added.getMetricsAsArray() as unknown as readonly MetricSnapshot[]
  return metrics.map(({ name, help, type, aggregator, values }) => {
    return { name, help, type, aggregator, isRead: isReadOf.get(name) ?? false, values }
  })
}
