// Ends sessions whose rotating refresh token was used in two Regions, as happens during a partition
// or in the same instant: neither Region could see the other's use when it accepted its own. When
// the uses meet, each Region decides by the same two rows, and so both end the session, whichever
// of its branches is used again or none (RFC 9700, section 4.14.2). Uses within the grace period
// are retries.
import type { Logger } from '#base/log.js'
import type { Pools } from '#ports/directory.js'
import type { Revocations, RotationUses } from '#ports/runtime.js'
import { periodic, type Reconciler } from './reconciler.js'

const BATCH = 200

export interface RotationReuseOptions {
  readonly pools: Pick<Pools, 'find'>
  readonly revocations: Revocations
  readonly rotationUses: RotationUses
  readonly log: Logger
  readonly intervalMs: number
}

export function rotationReuseReconciler(options: RotationReuseOptions): Reconciler {
  const { pools, revocations, rotationUses, log } = options
  return {
    name: 'rotation-reuse',
    intervalMs: options.intervalMs,
    async run() {
      const conflicts = await rotationUses.conflicts(BATCH)
      for (const { poolId, refreshJti, reuse } of conflicts) {
        const pool = reuse && (await pools.find(poolId))
        if (pool) {
          await revocations.add(pool, reuse.originJti, reuse.expiresAtMs)
          log.warn('refresh token used in two Regions: session ended', { pool: poolId })
        }
        await rotationUses.settle(poolId, refreshJti)
      }
      return conflicts.length < BATCH ? 'steady' : 'again'
    },
  }
}

/** Finds again what the trigger cannot see: two uses that were committed in the same moment. */
export function rotationSweepReconciler(options: {
  readonly rotationUses: RotationUses
  readonly intervalMs: number
}): Reconciler {
  return periodic('rotation-sweep', options.intervalMs, () => options.rotationUses.findConflicts())
}
