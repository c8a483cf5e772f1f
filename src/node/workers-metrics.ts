// The metrics of a node with workers. Each worker keeps its own and tells them on request; the
// first process, which serves nothing else, adds them up, so that a scrape sees one node whichever
// worker does the work. Part of the composition root.
import { AddedSnapshots, type Snapshot, textOfSnapshot } from '#adapters/metrics/snapshot.js'
import { isObject } from '#base/json.js'
import type { Config } from '#config/config.js'
import { METRICS } from '#ports/metric-definitions.js'
import { type MetricsPage, serveMetrics } from './metrics.js'

/** What workers say when they are asked, by the numbers of those that run. */
export interface WorkersAnswers {
  /** How many there should be. */
  readonly wanted: number
  readonly running: readonly number[]
  /** Those that answered in time, with what they said. */
  readonly answers: ReadonlyMap<number, unknown>
}

/** Asks all workers; one of them is asked for what is the same in each, too. */
export type AskWorkers = () => Promise<WorkersAnswers>

/** Serves the page of all workers; undefined when there is to be none. */
export async function serveWorkersMetrics(
  config: Config,
  environment: Parameters<typeof serveMetrics>[1],
  ask: AskWorkers,
): Promise<MetricsPage | undefined> {
  return config.metrics.enabled ? serveMetrics(config, environment, textOfWorkers(ask)) : undefined
}

/** The text of all workers; those who ask while it is made get the same. */
function textOfWorkers(ask: AskWorkers): () => Promise<string> {
  const added = new AddedSnapshots()
  let making: Promise<string> | undefined
  const make = async () => {
    const { wanted, running, answers } = await ask()
    for (const [worker, answer] of answers) added.put(worker, answer as Snapshot)
    added.keep(new Set(running))
    const sum = added.sum(new Set(answers.keys()))
    return textOfSnapshot([...sum, workersOf({ wanted, counted: answers.size })])
  }
  return () => {
    making ??= make().finally(() => {
      making = undefined
    })
    return making
  }
}

function workersOf(counts: Readonly<Record<'wanted' | 'counted', number>>): Snapshot[number] {
  const name = 'twinpool_workers'
  const { help, kind: type, over: aggregator } = METRICS[name]
  const values = Object.entries(counts).map(([state, value]) => ({ value, labels: { state } }))
  return { name, help, type, aggregator, isRead: true, values }
}

/** Answers the first process of a node with workers, over the channel between the two. */
export function answerScrapes(
  metrics: { snapshot(options: { readonly isShared: boolean }): Promise<Snapshot> } | undefined,
): void {
  process.on('message', (message: unknown) => {
    if (!isObject(message) || message['type'] !== 'scrape') return
    const { id, isShared } = message
    const taken = metrics?.snapshot({ isShared: isShared === true }) ?? Promise.resolve([])
    void taken.then((snapshot) => {
      // Without the first process there is nobody to tell.
      if (process.connected) process.send?.({ type: 'scraped', id, snapshot }, () => undefined)
    })
  })
}
