// An edge with the machine's own clock, randomness and log: what `twinpool edge` runs. The edge has
// no other adapters, so this is its whole composition; it stands apart from that of a node, so that
// an edge loads nothing of one.
import { systemClock } from '#adapters/system/clock.js'
import { systemLogger } from '#adapters/system/logger.js'
import { systemRandom } from '#adapters/system/random.js'
import type { EdgeConfig } from '#config/config.js'
import { startEdge } from '#edge/edge.js'

/** Runs the edge until it is stopped. */
export async function runEdge(config: EdgeConfig): Promise<{ stop(): Promise<void> }> {
  const log = systemLogger({ level: config.logLevel, fields: { process: 'edge' } })
  const edge = await startEdge(config, { clock: systemClock, random: systemRandom, log })
  log.info('edge listens', { host: config.listen.host, port: edge.port })
  return { stop: () => edge.stop() }
}
