// A node with the machine's own clock, randomness and log: what `twinpool serve` runs.
import { isConnectionError } from '#adapters/postgres/connection/errors.js'
import { clockWithOffset } from '#adapters/system/clock.js'
import { systemLogger } from '#adapters/system/logger.js'
import { systemRandom } from '#adapters/system/random.js'
import type { UnhandledErrors } from '#adapters/system/unhandled-errors.js'
import { unhandledSource } from '#app/observed/sources.js'
import type { Config } from '#config/config.js'
import { type RunningNode, startNode } from './node.js'
import { answerScrapes } from './workers-metrics.js'

/**
 * Starts the node of this process, with its policy for errors that no code handles. The driver of
 * the database has queries of its own, such as that for array types as the migrations connect;
 * when a connection dies under one, no code waits for the result. The node outlives its database,
 * so this is a line in the log; any other rejection that no code handles is a bug and ends the
 * process in an orderly way.
 */
export async function runNode(
  config: Config,
  errors: Pick<UnhandledErrors, 'refine' | 'counts'>,
): Promise<RunningNode> {
  const { region, logLevel, testOnly } = config
  const log = systemLogger({ level: logLevel, fields: { region } })
  errors.refine({ log, isHarmless: isConnectionError })
  const clock = clockWithOffset(testOnly.clockOffsetMs)
  const own = { clock, random: systemRandom, log }
  const node = await startNode(config, { ...own, measuresProcess: true })
  node.metrics?.addSource(unhandledSource(() => errors.counts))
  if (config.workers > 1) answerScrapes(node.metrics)
  return node
}
