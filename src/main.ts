// The entry of a region node, for the commands: they read the configuration, this runs it.
import type { Config } from './config.js'
import { outliveConnections, type ProcessErrors, type RunningNode, startNode } from './node.js'

export function runNode(config: Config, errors: ProcessErrors): Promise<RunningNode> {
  outliveConnections(config, errors)
  return startNode(config)
}
