// The entry of a region node, for the commands: they read the configuration, this runs it.
import type { Config } from './config.js'
import { outliveConnections, type RunningNode, startNode } from './node.js'

export function runNode(config: Config): Promise<RunningNode> {
  outliveConnections(config)
  return startNode(config)
}
