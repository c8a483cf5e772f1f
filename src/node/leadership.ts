// What a process of a node does while it leads its Region, and its word that it is there and leads.
// Part of the composition root.
import { hostname } from 'node:os'
import { Presence, type PresenceOptions } from '#app/nodes/presence.js'
import type { Random } from '#base/random.js'
import type { NodeProcess } from '#ports/nodes.js'
import { infoOf } from './metrics.js'

type Tasks = (signal: AbortSignal) => Promise<void>

/** What a leader runs, whether this process does, and what its Region reads of both. */
export function composeLeading(
  { random, ...own }: Omit<PresenceOptions, 'node' | 'isLeading'> & { readonly random: Random },
  tasks: Tasks,
) {
  let isLeading = false
  const presence = new Presence({ ...own, node: thisProcess(random), isLeading: () => isLeading })
  return {
    presence,
    isLeading: () => isLeading,
    async run(signal: AbortSignal): Promise<void> {
      isLeading = true
      void presence.beat()
      try {
        await tasks(signal)
      } finally {
        isLeading = false
      }
    },
  }
}

/** This run of the process. */
function thisProcess(random: Random): NodeProcess {
  const { version, nodeVersion } = infoOf('node')
  return { id: random.uuid(), hostName: hostname(), pid: process.pid, version, nodeVersion }
}
