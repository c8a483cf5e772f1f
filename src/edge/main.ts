// Starts the edge with the machine's own clock and log. The edge has no other adapters, so this is
// its whole composition.
import { systemClock } from '#adapters/system/clock.js'
import { systemLogger } from '#adapters/system/logger.js'
import { systemRandom } from '#adapters/system/random.js'
import type { EdgeConfig } from '#config/config.js'
import { startEdge } from './edge.js'

/** Runs the edge until it is stopped. */
export async function runEdge(config: EdgeConfig): Promise<{ stop(): Promise<void> }> {
  const log = systemLogger({ level: config.logLevel, fields: { process: 'edge' } })
  const edge = await startEdge(config, { clock: systemClock, random: systemRandom, log })
  log.info('edge listens', { host: config.listen.host, port: edge.port })
  return { stop: () => edge.stop() }
}
