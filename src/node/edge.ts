// An edge with the machine's own clock, randomness and log: what `twinpool edge` runs. The edge has
// no other adapters, so this is its whole composition; it stands apart from that of a node, so that
// an edge loads nothing of one.
import { systemClock } from '#adapters/system/clock.js'
import { systemLogger } from '#adapters/system/logger.js'
import { systemRandom } from '#adapters/system/random.js'
import { edgeSource, listenerSource, processSource } from '#app/observed/sources.js'
import type { EdgeConfig } from '#config/config.js'
import { startEdge } from '#edge/edge.js'
import { infoOf, openMetrics, serveMetrics } from './metrics.js'
import { tracingOf } from './tracing.js'

/** Runs the edge until it is stopped. */
export async function runEdge(config: EdgeConfig): Promise<{ stop(): Promise<void> }> {
  const log = systemLogger({ level: config.logLevel, fields: { process: 'edge' } })
  const environment = { clock: systemClock, random: systemRandom, log }
  const metrics = openMetrics('edge', config, { clock: systemClock, measuresProcess: true })
  const tracing = tracingOf(config, log)
  const edge = await startEdge(config, { ...environment, ...(metrics && { metrics }), tracing })
  metrics?.addSource(processSource({ ...infoOf('edge'), region: 'none' }))
  metrics?.addSource(edgeSource(() => edge.states()))
  metrics?.addSource(listenerSource({ edge: edge.listener }))
  const page = metrics && (await serveMetrics(config, environment, () => metrics.text()))
  log.info('edge listens', { host: config.listen.host, port: edge.port })
  return {
    async stop() {
      await edge.stop()
      await page?.close()
    },
  }
}
