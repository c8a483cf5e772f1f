// What is read at each scrape, from where it is known anyway. Reading changes nothing, and what
// asks the database asks for a few rows, however many pools there are.
import type { PoolKeys } from '#app/crypto/pool-keys.js'
import type { Clock } from '#base/clock.js'
import { type MetricSource, type Reading, reading } from '#ports/metrics.js'
import type { PeerLag, Replication } from '#ports/replication.js'
import type { TriggerFunctions } from '#ports/trigger-functions.js'
import type { Verifications } from '#ports/verifications.js'

/** How far the Regions are apart, as this Region's database knows it. */
export function replicationSource(options: {
  readonly replication: Pick<Replication, 'lag' | 'streams'>
  readonly verifications: Pick<Verifications, 'summary'>
  readonly clock: Clock
}): MetricSource {
  const { replication, verifications, clock } = options
  return {
    name: 'replication',
    isShared: true,
    async read() {
      const lags = await replication.lag()
      const streams = await replication.streams()
      const verified = await verifications.summary()
      return [
        ...lags.flatMap(readingsOfPeer),
        ...streams.flatMap(({ region: peer, isRunning, applyErrors }) => [
          reading(
            'twinpool_replication_stream_running',
            { peer, stream: 'receive' },
            Number(isRunning),
          ),
          reading('twinpool_replication_apply_failures_total', { peer }, applyErrors),
        ]),
        ...verified.flatMap(({ region: peer, verifiedAtMs, rowsRepaired }) => [
          reading('twinpool_replication_rows_repaired_total', { peer }, rowsRepaired),
          ...given(verifiedAtMs, (atMs) =>
            reading(
              'twinpool_replication_verified_age_seconds',
              { peer },
              (clock.nowMs() - atMs) / 1000,
            ),
          ),
        ]),
      ]
    },
  }
}

function readingsOfPeer({ region: peer, slot, lagMs, clockSkewMs, copy }: PeerLag) {
  const isIdle = slot.isActive && slot.pendingBytes === 0
  const sendLagMs = slot.replayLagMs ?? (isIdle ? 0 : undefined)
  return [
    ...given(lagMs, (ms) => [
      reading('twinpool_replication_lag_seconds', { peer, stream: 'receive' }, ms / 1000),
      reading('twinpool_replication_recovery_point_age_seconds', { peer }, ms / 1000),
    ]),
    ...given(sendLagMs, (ms) =>
      reading('twinpool_replication_lag_seconds', { peer, stream: 'send' }, ms / 1000),
    ),
    ...given(clockSkewMs, (ms) =>
      reading('twinpool_replication_clock_skew_seconds', { peer }, ms / 1000),
    ),
    reading('twinpool_replication_stream_running', { peer, stream: 'send' }, Number(slot.isActive)),
    reading('twinpool_replication_slot_kept_bytes', { peer }, slot.pendingBytes),
    reading('twinpool_replication_slot_lost', { peer }, Number(slot.isLost)),
    reading('twinpool_replication_copy_complete', { peer }, Number(copy.isFinished)),
    reading('twinpool_replication_copy_rebuilds_total', { peer }, copy.rebuilds),
  ]
}

/** Nothing for what is not known: a 0 would be a claim. */
function given<T>(
  value: T | undefined,
  make: (value: T) => Reading | readonly Reading[],
): readonly Reading[] {
  return value === undefined ? [] : [make(value)].flat()
}

/** Whether the database responds. */
export function databaseSource(ping: () => Promise<unknown>): MetricSource {
  return {
    name: 'database',
    isShared: true,
    async read() {
      const isUp = await ping().then(
        () => true,
        () => false,
      )
      return [reading('twinpool_database_up', {}, Number(isUp))]
    },
  }
}

/** The unwrapped keys in memory. */
export function keySource(poolKeys: PoolKeys): MetricSource {
  return {
    name: 'keys',
    isShared: false,
    read() {
      const { leases, oldestMs, states } = poolKeys.figures()
      return [
        reading('twinpool_key_leases', {}, leases),
        reading('twinpool_key_lease_age_seconds', {}, oldestMs / 1000),
        ...[...states].map(([state, pools]) => reading('twinpool_pool_keys', { state }, pools)),
      ]
    },
  }
}

/** The turns and queues of functions. Those beyond the bound of the label are added up. */
export function functionSource(
  functions: Pick<TriggerFunctions, 'figures'>,
  clock: Clock,
): MetricSource {
  return {
    name: 'functions',
    isShared: false,
    read: () =>
      functions.figures().flatMap(({ arn, running, queued, queuedSinceMs }) => {
        const labels = { function: arn }
        const ageMs = queuedSinceMs === undefined ? 0 : clock.nowMs() - queuedSinceMs
        return [
          reading('twinpool_trigger_calls_running', labels, running),
          reading('twinpool_trigger_calls_queued', labels, queued),
          reading('twinpool_trigger_queue_age_seconds', labels, ageMs / 1000),
        ]
      }),
  }
}

/** Listeners by the names of their label. */
export function listenerSource(
  listeners: Readonly<
    Record<string, { figures(): Promise<{ running: number; connections: number }> }>
  >,
): MetricSource {
  return {
    name: 'listeners',
    isShared: false,
    async read() {
      const all = Object.entries(listeners).map(async ([listener, each]) => {
        const { running, connections } = await each.figures()
        return [
          reading('twinpool_requests_running', { listener }, running),
          reading('twinpool_connections', { listener }, connections),
        ]
      })
      return (await Promise.all(all)).flat()
    },
  }
}

/** What runs. `isLeading` is for nodes. */
export function processSource(options: {
  readonly process: 'node' | 'edge'
  readonly region: string
  readonly version: string
  readonly nodeVersion: string
  readonly isLeading?: () => boolean
}): MetricSource {
  const { process, region, version, nodeVersion, isLeading } = options
  const labels = { process, region, version, node_version: nodeVersion }
  return {
    name: 'process',
    isShared: false,
    read: () => [
      reading('twinpool_info', labels, 1),
      ...(isLeading === undefined ? [] : [reading('twinpool_leader', {}, Number(isLeading()))]),
    ],
  }
}

/** Errors that no code handled. */
export function unhandledSource(
  errors: () => Readonly<Record<'rejections' | 'exceptions' | 'harmless', number>>,
): MetricSource {
  return {
    name: 'unhandled-errors',
    isShared: false,
    read: () =>
      Object.entries(errors()).map(([kind, count]) =>
        reading('twinpool_unhandled_errors_total', { kind }, count),
      ),
  }
}

/** The Regions as an edge sees them. */
export function edgeSource(
  states: () => readonly {
    readonly name: string
    readonly isAlive: boolean
    readonly isSuspect: boolean
  }[],
): MetricSource {
  return {
    name: 'regions',
    isShared: false,
    read: () =>
      states().flatMap(({ name: region, isAlive, isSuspect }) => [
        reading('twinpool_edge_region_alive', { region }, Number(isAlive)),
        reading('twinpool_edge_region_suspect', { region }, Number(isSuspect)),
      ]),
  }
}
