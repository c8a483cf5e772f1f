// The metrics of a node: what is counted, what is read at a scrape, and the page that tells it, on
// a listener of its own. Part of the composition root.
import { PrometheusMetrics } from '#adapters/metrics/prometheus.js'
import {
  databaseSource,
  functionSource,
  keySource,
  listenerSource,
  processSource,
  replicationSource,
} from '#app/observed/sources.js'
import type { Clock } from '#base/clock.js'
import type { Logger } from '#base/log.js'
import type { Random } from '#base/random.js'
import { type Config, type EdgeConfig, versionOfPackage } from '#config/config.js'
import { Listener } from '#http/listener.js'
import { metricsRoute } from '#http/metrics.js'
import type { MetricSource } from '#ports/metrics.js'
import type { Storage } from './storage.js'

/** The page of metrics, as it is served. */
export interface MetricsPage {
  readonly port: number
  close(): Promise<void>
}

interface Environment {
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
}

/** A scraper asks for one page at a time, and a few of them may. */
const PAGE_LIMITS = { bodyBytesMax: 1024, concurrentRequestsMax: 4, connectionsMax: 50 }
const CLOSE_MS = 500

/** Undefined: the configuration wants none. */
export function openMetrics(
  of: 'node' | 'edge',
  { metrics }: Pick<Config, 'metrics'>,
  options: { readonly clock: Clock; readonly measuresProcess: boolean },
): PrometheusMetrics | undefined {
  const { clock, measuresProcess: hasProcess } = options
  return metrics.enabled ? new PrometheusMetrics({ of, clock, hasProcess }) : undefined
}

/**
 * Serves the page. A port that is in use is an error if an operator has chosen it; the default one
 * may be that of another process on the machine, and then this one goes without a page.
 */
export async function serveMetrics(
  { metrics, limits }: Pick<Config | EdgeConfig, 'metrics' | 'limits'>,
  { clock, random, log }: Environment,
  read: () => Promise<string>,
): Promise<MetricsPage | undefined> {
  const listener = new Listener({
    limits: { ...limits, ...PAGE_LIMITS },
    routes: [metricsRoute(read)],
    clock,
    random,
    log,
  })
  const { host, port: wanted, isPortGiven } = metrics
  try {
    const port = await listener.listen({ host, port: wanted })
    log.info('metrics listen', { host, port })
    return { port, close: () => listener.close(CLOSE_MS) }
  } catch (error) {
    if (isPortGiven || !isInUse(error)) throw error
    log.warn('metrics are not served: the port is in use', { host, port: wanted })
    return undefined
  }
}

function isInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
}

/** What a node reads at each scrape. */
export function nodeSources(
  parts: Parameters<typeof replicationSource>[0] & {
    readonly region: string
    readonly clock: Clock
    readonly storage: Pick<Storage, 'ping' | 'database'>
    readonly poolKeys: Parameters<typeof keySource>[0]
    readonly functions: Parameters<typeof functionSource>[0]
    readonly isLeading: () => boolean
    readonly listeners: Parameters<typeof listenerSource>[0]
  },
): readonly MetricSource[] {
  const { region, clock, isLeading, storage } = parts
  return [
    processSource({ ...infoOf('node'), region, isLeading }),
    databaseSource(() => storage.ping()),
    storage.database.useSource(),
    replicationSource(parts),
    keySource(parts.poolKeys),
    functionSource(parts.functions, clock),
    listenerSource(parts.listeners),
  ]
}

/** What runs. */
export function infoOf(process: 'node' | 'edge') {
  return { process, version: versionOfPackage(), nodeVersion: globalThis.process.version }
}
