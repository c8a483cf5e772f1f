// Checks the customer managed key of every pool of this Region, and remembers what it found: an
// operator shall hear of a key that was switched off, or of a policy that lost a statement, before
// the leases of its data keys run out, and in a Region that serves nobody yet.
import { checkKey, type KeyCheckServices } from '#app/keys/check-key.js'
import type { Clock } from '#base/clock.js'
import type { Logger } from '#base/log.js'
import { poolArn } from '#domain/arn.js'
import type { Pools } from '#ports/directory.js'
import type { KeyFinding, KeyHealthRecords } from '#ports/key-health.js'
import { type PoolPage, poolPages } from './pool-pages.js'
import { periodic, type Reconciler } from './reconciler.js'

export interface KeyHealthOptions extends KeyCheckServices {
  readonly accountId: string
  readonly pools: Pick<Pools, 'find'>
  readonly keyHealth: KeyHealthRecords
  readonly clock: Clock
  readonly log: Logger
  readonly intervalMs: number
}

const CHECKS_AT_ONCE = 8

export function keyHealthReconciler(options: KeyHealthOptions): Reconciler {
  return periodic('key-health', options.intervalMs, async (signal) => {
    const page: PoolPage = (part) => options.keyHealth.poolsWithKey(part)
    for await (const poolIds of poolPages(page, signal)) {
      for (let at = 0; at < poolIds.length && !signal.aborted; at += CHECKS_AT_ONCE) {
        const some = poolIds.slice(at, at + CHECKS_AT_ONCE)
        await Promise.all(some.map((poolId) => checkPool(options, poolId)))
      }
    }
  })
}

async function checkPool(options: KeyHealthOptions, poolId: string): Promise<void> {
  const { pools, keyHealth, accountId, clock, log } = options
  const pool = await pools.find(poolId)
  if (pool?.kmsKeyArn === undefined) return
  const { arn, calls } = await checkKey(options, {
    arn: pool.kmsKeyArn,
    poolArn: poolArn({ accountId, region: pool.homeRegion }, pool.id),
  })
  const failed = calls.find((call) => call.refusal !== undefined)
  const failure: KeyFinding['failure'] = failed && {
    action: failed.action,
    refusal: failed.refusal ?? '',
  }
  const outcome = await keyHealth.record(pool, { kmsKeyArn: arn, failure }, clock.nowMs())
  if (outcome === 'same') return
  const found = { pool: pool.id, arn }
  if (failure === undefined) log.info('KMS key serves its pool', found)
  else log.warn('KMS key refuses its pool', { ...found, ...failure })
}
