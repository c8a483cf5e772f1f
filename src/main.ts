// The entry of a region node, for the commands: they read the configuration, this runs it.
export { type RunningNode, startNode as runNode } from './node.js'
