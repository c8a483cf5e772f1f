// ListUsers: a page of users, narrowed in the database by what is searchable there (hashes, status)
// and then by the whole filter on the opened users. The page token is the last sub that was looked
// at, sealed, so that it cannot be made up or used for another pool or filter.

import type { Random } from '#base/random.js'
import { isUuid } from '#base/uuid.js'
import { openToken, sealToken } from '#domain/token/sealed-token.js'
import { type Filter, matchesFilter, parseFilter } from '#domain/user/filter.js'
import { termOf } from '#domain/user/search-terms.js'
import { USER_STATUSES } from '#domain/user/status.js'
import type { User } from '#domain/user/user.js'
import type { PoolCipher } from '#flows/encryption/pool-cipher.js'
import type { PoolKeys } from '#flows/encryption/pool-keys.js'
import type { Pool } from '#ports/capability.js'
import type { UserPageOptions } from '#ports/directory.js'
import { usernameHash } from './hashes.js'
import type { UserRecords } from './user-records.js'

const LIMIT_DEFAULT = 60
/** Rows looked at for one page when the filter cannot be narrowed in the database. */
const SCANNED_MAX = 2_000

interface Position {
  readonly afterSub: string
  readonly filter: string
}

export type UserPage =
  | {
      readonly kind: 'page'
      readonly users: readonly User[]
      readonly nextToken: string | undefined
    }
  | { readonly kind: 'refused'; readonly message: string }

export class UserList {
  readonly #users: UserRecords
  readonly #poolKeys: PoolKeys
  readonly #random: Random

  constructor(options: { users: UserRecords; poolKeys: PoolKeys; random: Random }) {
    this.#users = options.users
    this.#poolKeys = options.poolKeys
    this.#random = options.random
  }

  async page(
    pool: Pool,
    request: {
      readonly filter: string | undefined
      readonly limit: number | undefined
      readonly token: string | undefined
    },
  ): Promise<UserPage> {
    const cipher = await this.#poolKeys.cipher(pool)
    const text = request.filter ?? ''
    const parsed = text.trim() === '' ? undefined : parseFilter(text)
    if (parsed?.kind === 'problem') return { kind: 'refused', message: parsed.problem }
    const filter = parsed?.filter
    let afterSub: string | undefined
    if (request.token !== undefined) {
      const position = openToken(cipher.tokenKey, 'page', pool.id, request.token) as
        | Position
        | undefined
      if (position === undefined || position.filter !== text) {
        return { kind: 'refused', message: 'Invalid pagination token.' }
      }
      afterSub = position.afterSub
    }
    const limit = request.limit === undefined || request.limit === 0 ? LIMIT_DEFAULT : request.limit
    return this.#collect(pool, cipher, { filter, text, afterSub, limit })
  }

  async #collect(
    pool: Pool,
    cipher: PoolCipher,
    ask: { filter: Filter | undefined; text: string; afterSub: string | undefined; limit: number },
  ): Promise<UserPage> {
    const { filter, text, limit } = ask
    const narrowed = filter && narrow(pool, cipher, filter)
    if (narrowed === 'nobody') return { kind: 'page', users: [], nextToken: undefined }
    const found: User[] = []
    let { afterSub } = ask
    for (let scanned = 0; scanned < SCANNED_MAX; ) {
      // One more than asked tells whether there is a next page.
      const rows = await this.#users.page(pool, { afterSub, limit: limit + 1, ...narrowed })
      for (const user of rows) {
        const { isCaseSensitive } = pool.settings
        if (filter === undefined || matchesFilter(user, filter, { isCaseSensitive })) {
          if (found.length === limit) return this.#pageTo(pool, cipher, found, { text, afterSub })
          found.push(user)
        }
        afterSub = user.sub
      }
      scanned += rows.length
      if (rows.length <= limit) return { kind: 'page', users: found, nextToken: undefined }
    }
    return this.#pageTo(pool, cipher, found, { text, afterSub })
  }

  #pageTo(
    pool: Pool,
    cipher: PoolCipher,
    users: readonly User[],
    position: { text: string; afterSub: string | undefined },
  ): UserPage {
    const nonce = this.#random.bytes(12)
    const nextToken = sealToken(cipher.tokenKey, 'page', pool.id, nonce, {
      afterSub: position.afterSub,
      filter: position.text,
    })
    return { kind: 'page', users, nextToken }
  }
}

/** What the database can narrow by; 'nobody' when no user can match. */
function narrow(
  pool: Pool,
  cipher: PoolCipher,
  filter: Filter,
): Omit<UserPageOptions, 'afterSub' | 'limit'> | 'nobody' {
  const { attribute, match, value } = filter
  if (match === 'exact') {
    switch (attribute) {
      case 'username':
        return { usernameHash: usernameHash(cipher, pool.settings, value) }
      case 'sub':
        return isUuid(value) ? { sub: value } : 'nobody'
      case 'status':
        if (value.toLowerCase() === 'enabled') return { isEnabled: true }
        return value.toLowerCase() === 'disabled' ? { isEnabled: false } : 'nobody'
      case 'cognito:user_status': {
        const status = USER_STATUSES.find((known) => known === value.toUpperCase())
        return status === undefined ? 'nobody' : { status }
      }
    }
  }
  const term = termOf(filter)
  return term === undefined ? {} : { term: cipher.term('search', term) }
}
