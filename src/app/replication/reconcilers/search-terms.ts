// Gives users of earlier versions, whose search terms tell cases apart, the terms of today: they
// are hashes under the pool's key, so a migration cannot make them. Only the Region that owns a
// pool does. Until a user's turn has come, ListUsers finds the user by the case in which the value
// was written, as before.

import type { UserRecords } from '#app/accounts/user-records.js'
import type { Logger } from '#base/log.js'
import { asPrimary, type PrimaryPool } from '#ports/capability.js'
import type { Pools, Users } from '#ports/directory.js'
import { KeyRefusedError } from '#ports/keys.js'
import type { Reconciler } from './reconciler.js'

const POOLS_PAGE = 100
const USERS_PAGE = 200

export function searchTermsReconciler(options: {
  readonly pools: Pick<Pools, 'find'>
  readonly userRows: Pick<Users, 'poolsWithOldTerms'>
  readonly users: Pick<UserRecords, 'renewSearchTerms'>
  readonly log: Logger
  readonly intervalMs: number
}): Reconciler {
  const { pools, userRows, users, log } = options

  async function renew(pool: PrimaryPool, signal: AbortSignal): Promise<void> {
    let afterSub: string | undefined
    let renewed = 0
    while (!signal.aborted) {
      const page = await users.renewSearchTerms(pool, { afterSub, limit: USERS_PAGE })
      renewed += page.renewed
      if (page.lastSub === undefined) break
      afterSub = page.lastSub
    }
    if (renewed > 0) log.info('search terms renewed', { pool: pool.id, users: renewed })
  }

  return {
    name: 'search-terms',
    intervalMs: options.intervalMs,
    async run(signal) {
      let afterId = ''
      while (!signal.aborted) {
        const page = await userRows.poolsWithOldTerms({ afterId, limit: POOLS_PAGE })
        for (const poolId of page) {
          const found = await pools.find(poolId)
          const pool = found && asPrimary(found)
          try {
            if (pool !== undefined) await renew(pool, signal)
          } catch (error) {
            // The pool's KMS key is switched off: its turn comes again when it is usable.
            if (!(error instanceof KeyRefusedError)) throw error
          }
        }
        if (page.length < POOLS_PAGE) break
        afterId = page.at(-1) ?? afterId
      }
      return 'steady'
    },
  }
}
