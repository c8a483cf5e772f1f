// Greets every peer over the region link: when it was seen last, which copy of our rows it has, and
// whether our copy of its rows is complete. A copy that we have not seeded yet is a copy that needs
// it.
import type { Logger } from '#base/log.js'
import type { RegionLink } from '#ports/region-link.js'
import type { PeerState, Replication } from '#ports/replication.js'
import { sayHello } from '../link-calls.js'
import type { Reconciler } from './reconciler.js'

export function peersReconciler(options: {
  readonly replication: Replication
  readonly link: RegionLink
  readonly log: Logger
  readonly intervalMs: number
  readonly onNeedsReseed: () => void
}): Reconciler {
  const { replication, link, log } = options
  const unreachable = new Set<string>()
  return {
    name: 'peers',
    intervalMs: options.intervalMs,
    async run() {
      const peers = await replication.peers()
      const outcomes = await Promise.all(peers.map(greet))
      return outcomes.every((isReady) => isReady) ? 'steady' : 'again'
    },
  }

  async function greet(known: PeerState): Promise<boolean> {
    const { region } = known
    try {
      const hello = await sayHello(link, region, known)
      const peer = await replication.recordHello(region, hello)
      if (unreachable.delete(region)) log.info('a Region answers again', { peer: region })
      if (peer.needsReseed && hello.copyId !== undefined) options.onNeedsReseed()
      return hello.copyId !== undefined
    } catch (error) {
      if (!unreachable.has(region)) log.warn('a Region does not answer', { peer: region, error })
      unreachable.add(region)
      return false
    }
  }
}
