// Lets go of Regions that were taken out of the configuration. What is kept for one that never
// comes back fills the disk. But where a pool is shared with it, a person has to decide first: the
// replica there may be the only copy, or the Region may have been left out by mistake.
import type { Logger } from '#base/log.js'
import type { DecommissionedRegion, Replication } from '#ports/replication.js'
import type { Reconciler } from './reconciler.js'

export function decommissionedRegionsReconciler(options: {
  readonly replication: Replication
  readonly log: Logger
  readonly intervalMs: number
}): Reconciler {
  const { replication, log } = options
  /** What was said last about each Region, so that it is said once. */
  const lastReported = new Map<string, string>()
  return {
    name: 'decommissioned-regions',
    intervalMs: options.intervalMs,
    async run(signal) {
      const former = await replication.decommissionedPeers()
      for (const region of lastReported.keys()) {
        if (!former.some((one) => one.region === region)) lastReported.delete(region)
      }
      const outcomes = []
      for (const one of former) outcomes.push(await decommission(one, signal))
      return outcomes.every((isDone) => isDone) ? 'steady' : 'again'
    },
  }

  async function decommission(former: DecommissionedRegion, signal: AbortSignal): Promise<boolean> {
    const { region, pools, pendingBytes } = former
    if (pools.length > 0) {
      if (hasChanged(region, pools.join())) {
        log.warn('a Region is not configured any more, and pools are still shared with it', {
          peer: region,
          pools,
          pendingBytes,
          remedy: 'put it back into the setting regions, or delete the replicas of these pools',
        })
      }
      return true
    }
    try {
      await replication.decommission(region, signal)
      log.info('let go of a Region that is not configured any more', {
        peer: region,
        freedBytes: pendingBytes,
      })
      return true
    } catch (error) {
      if (!signal.aborted && hasChanged(region, 'failed')) {
        log.warn('a Region that is not configured any more cannot be let go of yet', {
          peer: region,
          pendingBytes,
          error,
        })
      }
      return false
    }
  }

  function hasChanged(region: string, what: string): boolean {
    if (lastReported.get(region) === what) return false
    lastReported.set(region, what)
    return true
  }
}
