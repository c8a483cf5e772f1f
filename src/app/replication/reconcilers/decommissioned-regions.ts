// Lets go of Regions that were taken out of the configuration. What is kept for one that never
// comes back fills the disk. But where a pool is shared with it, a person has to decide first: the
// replica there may be the only copy, or the Region may have been left out by mistake.
import type { Logger } from '#base/log.js'
import type { FormerRegion, Replication } from '#ports/replication.js'
import type { Reconciler } from './reconciler.js'

export function formerRegionsReconciler(options: {
  readonly replication: Replication
  readonly log: Logger
  readonly intervalMs: number
}): Reconciler {
  const { replication, log } = options
  /** What was said last about each Region, so that it is said once. */
  const said = new Map<string, string>()
  return {
    name: 'former-regions',
    intervalMs: options.intervalMs,
    async run(signal) {
      const former = await replication.formerPeers()
      for (const region of said.keys()) {
        if (!former.some((one) => one.region === region)) said.delete(region)
      }
      const outcomes = []
      for (const one of former) outcomes.push(await letGo(one, signal))
      return outcomes.every((isDone) => isDone) ? 'steady' : 'again'
    },
  }

  async function letGo(former: FormerRegion, signal: AbortSignal): Promise<boolean> {
    const { region, pools, pendingBytes } = former
    if (pools.length > 0) {
      if (isNews(region, pools.join())) {
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
      await replication.retire(region, signal)
      log.info('let go of a Region that is not configured any more', {
        peer: region,
        freedBytes: pendingBytes,
      })
      return true
    } catch (error) {
      if (!signal.aborted && isNews(region, 'failed')) {
        log.warn('a Region that is not configured any more cannot be let go of yet', {
          peer: region,
          pendingBytes,
          error,
        })
      }
      return false
    }
  }

  function isNews(region: string, what: string): boolean {
    if (said.get(region) === what) return false
    said.set(region, what)
    return true
  }
}
