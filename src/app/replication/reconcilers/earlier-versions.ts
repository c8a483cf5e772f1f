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
import type { Users } from '#ports/directory.js'
import type { SigningKeys } from '#ports/signing-keys.js'
import { forPools, type PoolWork } from './for-pools.js'
import type { Reconciler } from './reconciler.js'

const USERS_PAGE = 200

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
