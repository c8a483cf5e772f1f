// Adds to pools of earlier versions what those did not write, where a migration cannot make it,
// since it takes the pool's key. Only the Region that owns a pool does, and its secondaries get the
// rows as they get every row.
//
// `signing-keys`: pools with one signing key for all tokens get their key for ID tokens. The old
// one stays: access tokens are signed with it, and what it signed stays valid.
//
// `search-terms`: users whose search terms depend on upper case get the terms of today. Until a
// user's turn has come, ListUsers finds the user by the case in which the value was written, as
// before.
import type { UserRecords } from '#app/accounts/user-records.js'
import type { PoolKeys } from '#app/crypto/pool-keys.js'
import type { SigningKeyRing } from '#app/sessions/signing-keys.js'
import type { Logger } from '#base/log.js'
import { asPrimary, type PrimaryPool } from '#ports/capability.js'
import type { Pools, SigningKeys, Users } from '#ports/directory.js'
import { KeyRefusedError } from '#ports/keys.js'
import { periodic, type Reconciler } from './reconciler.js'

const POOLS_PAGE = 100
const USERS_PAGE = 200

interface PoolWork {
  readonly pools: Pick<Pools, 'find'>
  readonly log: Logger
  readonly intervalMs: number
}

export function signingKeysReconciler(
  options: PoolWork & {
    readonly signingKeys: SigningKeys
    readonly poolKeys: PoolKeys
    readonly signing: SigningKeyRing
  },
): Reconciler {
  const { signingKeys, poolKeys, signing, log } = options
  return forPools('signing-keys', options, {
    page: (page) => signingKeys.poolsWithout('id', page),
    async work(pool) {
      const key = await signing.create(await poolKeys.cipher(pool), 'id')
      const outcome = await signingKeys.insertMissing(pool, key)
      if (outcome === 'inserted') log.info('signing key for ID tokens added', { pool: pool.id })
    },
  })
}

export function searchTermsReconciler(
  options: PoolWork & {
    readonly userRows: Pick<Users, 'poolsWithOldTerms'>
    readonly users: Pick<UserRecords, 'renewSearchTerms'>
  },
): Reconciler {
  const { userRows, users, log } = options
  return forPools('search-terms', options, {
    page: (page) => userRows.poolsWithOldTerms(page),
    async work(pool, signal) {
      let afterSub: string | undefined
      let renewed = 0
      while (!signal.aborted) {
        const page = await users.renewSearchTerms(pool, { afterSub, limit: USERS_PAGE })
        renewed += page.renewed
        if (page.lastSub === undefined) break
        afterSub = page.lastSub
      }
      if (renewed > 0) log.info('search terms renewed', { pool: pool.id, users: renewed })
    },
  })
}

/** Does the work for each pool of the pages that this Region owns. */
function forPools(
  name: string,
  { pools, intervalMs }: PoolWork,
  {
    page,
    work,
  }: {
    page(options: { afterId: string; limit: number }): Promise<readonly string[]>
    work(pool: PrimaryPool, signal: AbortSignal): Promise<void>
  },
): Reconciler {
  return periodic(name, intervalMs, async (signal) => {
    let afterId: string | undefined = ''
    while (afterId !== undefined && !signal.aborted) {
      const poolIds: readonly string[] = await page({ afterId, limit: POOLS_PAGE })
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
      afterId = poolIds.length < POOLS_PAGE ? undefined : poolIds.at(-1)
    }
  })
}
