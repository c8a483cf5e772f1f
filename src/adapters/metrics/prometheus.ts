// The metrics of a process, kept by prom-client and told in the text format of Prometheus. A
// process tells them by itself, or as a snapshot to the one that adds up those of several workers.
// What must stay true: a scrape answers in time whatever it reads from is doing; what was not read
// in time is missing and nothing else; and a metric has no more series than its labels' bounds
// allow.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { assert } from '#base/assert.js'
import type { Clock } from '#base/clock.js'
import {
  type LabelName,
  METRIC_LABELS,
  METRICS,
  type MetricDefinition,
  type MetricName,
} from '#ports/metric-definitions.js'
import { type MetricSource, type Metrics, type Reading, reading } from '#ports/metrics.js'
import { type Snapshot, textOfSnapshot } from './snapshot.js'

type Labels = Readonly<Record<string, string>>

const SOURCE_MS = 1000
const LABEL_LENGTH_MAX = 256
const OTHER = 'other'

/** How prom-client names what becomes of the values of several workers. */
const AGGREGATORS = { sum: 'sum', max: 'max', min: 'min' } as const

export interface PrometheusOptions {
  readonly of: 'node' | 'edge'
  /** The machine's clock: waits are real. */
  readonly clock: Pick<Clock, 'wait'>
  /** Whether memory, CPU and event loop of the process are measured, too. */
  readonly hasProcess?: boolean
}

interface Bounded {
  readonly name: MetricName
  readonly labels: Record<string, string>
  readonly value: number
}

interface WatchedSource {
  readonly source: MetricSource
  /** A read that has not come to its end, so that no second one is begun. */
  reading: Promise<readonly Reading[] | undefined> | undefined
}

export class PrometheusMetrics implements Metrics {
  readonly #registry = new Registry()
  readonly #counters = new Map<string, Counter>()
  readonly #histograms = new Map<string, Histogram>()
  readonly #gauges = new Map<string, Gauge>()
  readonly #words = new Map<string, Set<string>>()
  readonly #sources: WatchedSource[] = []
  readonly #clock: Pick<Clock, 'wait'>

  constructor({ of, clock, hasProcess = false }: PrometheusOptions) {
    this.#clock = clock
    for (const [name, definition] of Object.entries<MetricDefinition>(METRICS)) {
      if (definition.of === of || definition.of === 'both') this.#define(name, definition)
    }
    if (hasProcess) collectDefaultMetrics({ register: this.#registry })
  }

  count(name: MetricName, labels: Labels, by = 1): void {
    this.#counters.get(name)?.inc(this.#bounded(name, labels), by)
  }

  observe(name: MetricName, labels: Labels, seconds: number): void {
    // A clock that was set back makes durations below zero.
    this.#histograms.get(name)?.observe(this.#bounded(name, labels), Math.max(0, seconds))
  }

  addSource(source: MetricSource): void {
    this.#sources.push({ source, reading: undefined })
  }

  /** Everything as text, shared sources included. */
  async text(): Promise<string> {
    return textOfSnapshot(await this.snapshot({ isShared: true }))
  }

  /** Everything as values; `isShared`: what is the same in every worker, too. */
  async snapshot({ isShared }: { readonly isShared: boolean }): Promise<Snapshot> {
    const wanted = this.#sources.filter(({ source }) => isShared || !source.isShared)
    const readings = (await Promise.all(wanted.map((each) => this.#read(each)))).flat()
    // Nothing waits from here on, so no other scrape sees half of it.
    for (const [name, gauge] of this.#gauges) forget(name as MetricName, gauge)
    for (const { name, labels, value } of this.#combined(readings)) {
      this.#gauges.get(name)?.set(labels, value)
    }
    const metrics = (await this.#registry.getMetricsAsJSON()) as unknown as Snapshot
    return metrics.map((metric) => ({
      ...metric,
      isRead: this.#gauges.has(metric.name),
      // JSON, in which snapshots are handed on, has no other numbers.
      values: metric.values.filter(({ value }) => Number.isFinite(value)),
    }))
  }

  /** Readings whose labels are bounded; those that have become the same are one. */
  #combined(readings: readonly Reading[]): Iterable<Bounded> {
    const all = new Map<string, Bounded>()
    for (const { name, labels, value } of readings) {
      if (!Number.isFinite(value)) continue
      const bounded = this.#bounded(name, labels)
      const key = `${name} ${JSON.stringify(bounded)}`
      const before = all.get(key)?.value
      const whole = before === undefined ? value : combine(name, before, value)
      all.set(key, { name, labels: bounded, value: whole })
    }
    return all.values()
  }

  async #read(watched: WatchedSource): Promise<readonly Reading[]> {
    const { source } = watched
    watched.reading ??= Promise.resolve()
      .then(() => source.read())
      .catch(() => undefined)
      .finally(() => {
        watched.reading = undefined
      })
    const done = new AbortController()
    const late = this.#clock.wait(SOURCE_MS, done.signal).then(() => undefined)
    const readings = await Promise.race([watched.reading, late])
    done.abort()
    const isUp = reading('twinpool_source_up', { source: source.name }, readings ? 1 : 0)
    return [isUp, ...(readings ?? [])]
  }

  #define(name: string, definition: MetricDefinition): void {
    const { help, labels } = definition
    const common = { name, help, labelNames: [...labels], registers: [this.#registry] }
    switch (definition.kind) {
      case 'counter':
        // Only a gauge can be set.
        if (definition.isRead) {
          const gauge = new Gauge({ ...common, aggregator: AGGREGATORS.max })
          this.#gauges.set(name, Object.assign(gauge, { type: 'counter' }))
        } else this.#counters.set(name, new Counter(common))
        return
      case 'gauge': {
        const aggregator = AGGREGATORS[definition.over]
        this.#gauges.set(name, new Gauge({ ...common, aggregator }))
        return
      }
      case 'histogram':
        this.#histograms.set(name, new Histogram({ ...common, buckets: [...definition.buckets] }))
    }
  }

  /** The labels with `other` in place of values beyond the bound. */
  #bounded(name: MetricName, labels: Labels): Record<string, string> {
    const bounded: Record<string, string> = {}
    for (const label in labels) {
      const value = labels[label] ?? ''
      bounded[label] = this.#isKnown(name, label, value) ? value : OTHER
    }
    return bounded
  }

  #isKnown(name: MetricName, label: string, value: string): boolean {
    const key = `${name} ${label}`
    let words = this.#words.get(key)
    if (words === undefined) {
      words = new Set()
      this.#words.set(key, words)
    }
    if (words.has(value)) return true
    assert(Object.hasOwn(METRIC_LABELS, label), `the label ${label} is in the table`)
    const { max } = METRIC_LABELS[label as LabelName]
    if (words.size >= max || value.length > LABEL_LENGTH_MAX) return false
    words.add(value)
    return true
  }
}

/** Two values of one metric, as they would be those of two workers. */
function combine(name: MetricName, a: number, b: number): number {
  const definition: MetricDefinition = METRICS[name]
  const over = definition.kind === 'gauge' ? definition.over : 'sum'
  return over === 'sum' ? a + b : Math[over](a, b)
}

/** Leaves no value: the library sets a gauge without labels to 0, which would be a claim. */
function forget(name: MetricName, gauge: Gauge): void {
  gauge.reset()
  if (METRICS[name].labels.length === 0) gauge.remove()
}
