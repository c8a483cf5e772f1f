// Removes rows whose time is over, and what deleted pools left behind in this Region.
import type { Logger } from '#base/log.js'
import { periodic, type Reconciler } from './reconciler.js'

/** Removes rows and returns which; the storage adapter's functions. */
export interface Housekeeping {
  removeExpired(): Promise<Readonly<Record<string, number>>>
  /** IDs of pools whose left-over rows were removed. */
  removeOrphans(): Promise<readonly string[]>
}

interface HousekeepingOptions {
  readonly housekeeping: Housekeeping
  readonly log: Logger
  readonly intervalMs: number
}

export function expiredRowsReconciler(options: HousekeepingOptions): Reconciler {
  return periodic('expired-rows', options.intervalMs, async () => {
    const removed = await options.housekeeping.removeExpired()
    const rows = Object.values(removed).reduce((sum, count) => sum + count, 0)
    if (rows > 0) options.log.debug('expired rows removed', { removed })
  })
}

export function orphansReconciler(options: HousekeepingOptions): Reconciler {
  return periodic('orphans', options.intervalMs, async () => {
    const pools = await options.housekeeping.removeOrphans()
    if (pools.length > 0) options.log.info('left-over rows of deleted pools removed', { pools })
  })
}
