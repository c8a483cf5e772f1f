// Pools that a secondary keeps because their home lost them with its database: what its nodes tell.
import { readFileSync } from 'node:fs'
import { isObject } from '#base/json.js'
import type { StackRegion } from '#test/support/stack.js'

const MESSAGE = 'pools whose primary Region lost its database are kept here'

/** IDs of the pools that a Region's nodes, in whatever life, have told to be kept. */
export function keptPoolsTold({ node }: Pick<StackRegion, 'node'>): ReadonlySet<string> {
  const lines = readFileSync(node.logFile, 'utf8').split('\n')
  const told = lines.filter((line) => line.includes(MESSAGE)).map(poolsOf)
  return new Set(told.flat())
}

function poolsOf(line: string): readonly string[] {
  const entry: unknown = JSON.parse(line)
  const pools = isObject(entry) && entry['level'] === 'error' ? entry['pools'] : undefined
  return Array.isArray(pools) ? pools.map(String) : []
}
