// The serving processes: `twinpool serve`, one production node of one Region, and `twinpool edge`,
// the process in front of the Regions.
import { stopOrphan } from '#adapters/postgres-embedded/process.js'
import { systemClock } from '#adapters/system/clock.js'
import { systemLogger } from '#adapters/system/logger.js'
import { systemRandom } from '#adapters/system/random.js'
import type { UnhandledErrors } from '#adapters/system/unhandled-errors.js'
import { type Config, loadConfig, loadEdgeConfig } from '#config/config.js'
import { type RunningServer, runServing } from './process-run.js'
import { requireNativePowers } from './runtime.js'
import { isWorker, runWorkers } from './workers.js'

export interface ServeFlags {
  readonly region: string | undefined
  readonly config: string | undefined
  readonly workers: number | undefined
  /** Set by `twinpool up`: wait for its word, and end when it is gone. */
  readonly isSupervised: boolean
  /** Set by `twinpool up`: the embedded cluster to stop when the supervisor was killed. */
  readonly databaseDirectory: string | undefined
}

export async function runServe(flags: ServeFlags): Promise<void> {
  const { databaseDirectory } = flags
  await runServing({
    process: isWorker() ? 'worker' : 'node',
    isSupervised: flags.isSupervised && !isWorker(),
    async load(errors) {
      if (!isWorker()) requireNativePowers()
      const config = loadConfig({
        file: flags.config,
        overrides: { region: flags.region, workers: flags.workers },
      })
      const { drainTimeoutMs } = config
      return { begin: await loadBegin(config, errors), drainTimeoutMs }
    },
    async onOrphaned() {
      if (databaseDirectory !== undefined && !isWorker()) await stopOrphan(databaseDirectory)
    },
  })
}

async function loadBegin(
  config: Config,
  errors: UnhandledErrors,
): Promise<() => Promise<RunningServer>> {
  if (config.workers > 1 && !isWorker()) {
    const { workers, drainTimeoutMs } = config
    // This process only starts workers: ending would end them all.
    errors.refine({ end: undefined })
    const { serveWorkersMetrics } = await import('#node/workers-metrics.js')
    const log = systemLogger({ level: config.logLevel, fields: { region: config.region } })
    const environment = { clock: systemClock, random: systemRandom, log }
    return () =>
      runWorkers({
        count: workers,
        drainTimeoutMs: drainTimeoutMs + 1000,
        serveMetrics: (ask) => serveWorkersMetrics(config, environment, ask),
      })
  }
  const { runNode } = await import('#node/main.js')
  return () => runNode(config, errors)
}

export interface EdgeFlags {
  readonly config: string | undefined
  /** Set by `twinpool up`: wait for its word, and end when it is gone. */
  readonly isSupervised: boolean
}

export async function runEdgeCommand(flags: EdgeFlags): Promise<void> {
  await runServing({
    process: 'edge',
    isSupervised: flags.isSupervised,
    async load() {
      const config = loadEdgeConfig({ file: flags.config })
      const { runEdge } = await import('#node/edge.js')
      return { begin: () => runEdge(config), drainTimeoutMs: config.drainTimeoutMs }
    },
  })
}
