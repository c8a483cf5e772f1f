// A change of a pool's settings or tags that depends on what they are. Dispatch has read the pool;
// when it was changed since, the change is decided again upon the pool as it is now.

import { retryOnConflict } from '#app/optimistic-concurrency.js'
import type { Clock } from '#base/clock.js'
import type { Random } from '#base/random.js'
import type { Pool } from '#ports/capability.js'
import type { Pools } from '#ports/directory.js'
import { errorFor } from './refusals.js'

/** The message for a call whose change was stale in every try. */
export const POOL_BUSY_MESSAGE = 'The user pool is being changed by other requests.'

/** Runs `change` until it is not stale. `capability` checks what the gate has checked before. */
export function changePool<P extends Pool>(
  ctx: {
    readonly clock: Clock
    readonly random: Random
    readonly pools: Pools
    readonly pool: P
  },
  capability: (pool: Pool) => P | undefined,
  change: (pool: P) => Promise<'written' | 'conflict'>,
): Promise<'written' | 'conflict'> {
  return retryOnConflict(ctx, async (tries) => {
    if (tries === 0) return change(ctx.pool)
    const found = await ctx.pools.find(ctx.pool.id)
    const pool = found && capability(found)
    if (pool === undefined) {
      throw errorFor('pool-absent', ctx.pool.id)
    }
    return change(pool)
  })
}
