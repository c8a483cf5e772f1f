// Work that is due for some pools, which a query pages through. It is done by the Region that owns
// a pool, since it writes to the directory and takes the pool's key.
import type { Logger } from '#base/log.js'
import { asPrimary, type PrimaryPool } from '#ports/capability.js'
import type { Pools } from '#ports/directory.js'
import { KeyRefusedError } from '#ports/keys.js'
import { type PoolPage, poolPages } from './pool-pages.js'
import { periodic, type Reconciler } from './reconciler.js'

export interface PoolWork {
  readonly pools: Pick<Pools, 'find'>
  readonly log: Logger
  readonly intervalMs: number
}

/** Does the work for each pool of the pages that this Region owns. */
export function forPools(
  name: string,
  { pools, intervalMs }: PoolWork,
  {
    page,
    work,
  }: {
    readonly page: PoolPage
    work(pool: PrimaryPool, signal: AbortSignal): Promise<void>
  },
): Reconciler {
  return periodic(name, intervalMs, async (signal) => {
    for await (const poolIds of poolPages(page, signal)) {
      for (const poolId of poolIds) {
        if (signal.aborted) return
        const found = await pools.find(poolId)
        const pool = found && asPrimary(found)
        try {
          if (pool !== undefined) await work(pool, signal)
        } catch (error) {
          // The pool's KMS key is switched off: its turn comes again when it is usable.
          if (!(error instanceof KeyRefusedError)) throw error
        }
      }
    }
  })
}
