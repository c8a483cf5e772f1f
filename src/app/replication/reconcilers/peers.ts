// Greets every peer over the region link: when it was seen last, which copy of our rows it has,
// whether our copy of its rows is complete, and how far its clock is from ours. A copy that we have
// not seeded yet is a copy that needs it.
//
// Clocks matter between Regions: a sign-out ends the sessions that began before it, wherever they
// began. A node cannot set a clock; it can say that one is wrong.
import type { Clock } from '#base/clock.js'
import type { Logger } from '#base/log.js'
import type { RegionLink } from '#ports/region-link.js'
import type { PeerState, Replication } from '#ports/replication.js'
import { sayHello } from '../link-calls.js'
import type { Reconciler } from './reconciler.js'

/** Clocks may be so far apart before it is logged. */
export const CLOCK_SKEW_MAX_MS = 2000

export interface PeersOptions {
  readonly replication: Replication
  readonly link: RegionLink
  readonly clock: Clock
  readonly log: Logger
  readonly intervalMs: number
  readonly onNeedsReseed: () => void
}

export function peersReconciler(options: PeersOptions): Reconciler {
  const { replication, link, clock, log } = options
  const unreachable = new Set<string>()
  const skewed = new Set<string>()
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
      const sentAtMs = clock.nowMs()
      const hello = await sayHello(link, region, known)
      // The peer looked at its clock at some moment in between.
      const clockSkewMs = Math.round(hello.nowMs - (sentAtMs + clock.nowMs()) / 2)
      const doubtMs = (clock.nowMs() - sentAtMs) / 2
      const peer = await replication.recordHello(region, { ...hello, clockSkewMs })
      if (unreachable.delete(region)) log.info('a Region answers again', { peer: region })
      sayOnceIfSkewed(region, clockSkewMs, doubtMs)
      if (peer.needsReseed && peer.copyIdThere !== undefined) options.onNeedsReseed()
      return peer.copyIdThere !== undefined
    } catch (error) {
      if (!unreachable.has(region)) log.warn('a Region does not answer', { peer: region, error })
      unreachable.add(region)
      return false
    }
  }

  function sayOnceIfSkewed(region: string, clockSkewMs: number, doubtMs: number): void {
    if (Math.abs(clockSkewMs) - doubtMs <= CLOCK_SKEW_MAX_MS) {
      if (skewed.delete(region)) log.info('clocks agree again', { peer: region, clockSkewMs })
      return
    }
    if (!skewed.has(region)) {
      log.warn('the clock of a Region and our own are apart', { peer: region, clockSkewMs })
    }
    skewed.add(region)
  }
}
