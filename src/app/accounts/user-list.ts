// ListUsers: a page of users, narrowed in the database by what is searchable there (hashes, status)
// and then by the whole filter on the opened users. The page token is the last position that was
// looked at, sealed, so that it cannot be made up or used for another pool or filter.
//
// Users of a prefix filter are sorted by its attribute. The attribute is sealed, so sorting takes
// all users that the filter names; where the database cannot narrow them to SORTED_MAX rows, they
// come in the order of their subs, as the users of other filters do (whose values are all equal).
//
// Deviation: the users that a prefix filter names are sorted by the attribute if the pool, or what
// the first three or six characters of the prefix narrow it to, has at most 1,000 users.

import type { PoolCipher } from '#app/crypto/pool-cipher.js'
import type { PoolKeys } from '#app/crypto/pool-keys.js'
import type { Random } from '#base/random.js'
import { isUuid } from '#base/uuid.js'
import { openToken, sealToken } from '#domain/token/sealed-token.js'
import { type Filter, matchesFilter, parseFilter, sortKey } from '#domain/user/filter.js'
import { termsOf } from '#domain/user/search-terms.js'
import { USER_STATUSES } from '#domain/user/status.js'
import type { User } from '#domain/user/user.js'
import type { Pool } from '#ports/capability.js'
import type { UserCounts, UserPageOptions } from '#ports/directory.js'
import { usernameHash } from './hashes.js'
import type { UserRecords } from './user-records.js'

const LIMIT_DEFAULT = 60
/** Rows looked at for one page when the filter cannot be narrowed in the database. */
const SCANNED_MAX = 2_000
/** Rows that are opened for each page of a sorted answer. */
const SORTED_MAX = 1_000

interface Position {
  readonly afterSub: string
  readonly filter: string
  /** The last value of a sorted page; absent in the order of sub. */
  readonly afterValue?: string | undefined
}

interface Ask {
  readonly filter: Filter | undefined
  readonly text: string
  readonly position: Position | undefined
  readonly limit: number
}

type Narrowed = Omit<UserPageOptions, 'afterSub' | 'limit'>

export type UserPage =
  | {
      readonly kind: 'page'
      readonly users: readonly User[]
      readonly nextToken: string | undefined
    }
  | { readonly kind: 'refused'; readonly message: string }

const INVALID_TOKEN: UserPage = { kind: 'refused', message: 'Invalid pagination token.' }

export class UserList {
  readonly #users: UserRecords
  readonly #userCounts: UserCounts
  readonly #poolKeys: PoolKeys
  readonly #random: Random

  constructor(options: {
    users: UserRecords
    userCounts: UserCounts
    poolKeys: PoolKeys
    random: Random
  }) {
    this.#users = options.users
    this.#userCounts = options.userCounts
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
    let position: Position | undefined
    if (request.token !== undefined) {
      position = openToken(cipher.tokenKey, 'page', pool.id, request.token) as Position | undefined
      if (position === undefined || position.filter !== text) {
        return INVALID_TOKEN
      }
    }
    const limit = request.limit === undefined || request.limit === 0 ? LIMIT_DEFAULT : request.limit
    return this.#collect(pool, cipher, { filter, text, position, limit })
  }

  async #collect(pool: Pool, cipher: PoolCipher, ask: Ask): Promise<UserPage> {
    const { filter, text, position, limit } = ask
    const narrowed = filter && narrow(pool, cipher, filter)
    if (narrowed === 'nobody') return { kind: 'page', users: [], nextToken: undefined }
    // A list that began in the order of sub goes on in it.
    const maySort = position === undefined || position.afterValue !== undefined
    if (filter?.match === 'prefix' && maySort) {
      const sortable = await this.#sortable(pool, filter, narrowed ?? {})
      if (sortable !== undefined) return this.#sortedPage(pool, cipher, sortable, ask)
      // More users than can be sorted have come since the list began.
      if (position !== undefined) return INVALID_TOKEN
    }
    const found: User[] = []
    let afterSub = position?.afterSub
    for (let scanned = 0; scanned < SCANNED_MAX; ) {
      // One more than asked tells whether there is a next page.
      const rows = await this.#users.page(pool, { afterSub, limit: limit + 1, ...narrowed })
      for (const user of rows) {
        if (filter === undefined || matchesFilter(user, filter, pool.settings)) {
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

  /** All users that the filter names, if they can be told from few enough rows. */
  async #sortable(
    pool: Pool,
    filter: Filter,
    narrowed: Narrowed,
  ): Promise<readonly User[] | undefined> {
    if (narrowed.terms === undefined && (await this.#userCounts.estimate(pool)) > SORTED_MAX) {
      return undefined
    }
    const limit = SORTED_MAX + 1
    const rows = await this.#users.page(pool, { afterSub: undefined, limit, ...narrowed })
    if (rows.length > SORTED_MAX) return undefined
    return rows.filter((user) => matchesFilter(user, filter, pool.settings))
  }

  #sortedPage(
    pool: Pool,
    cipher: PoolCipher,
    users: readonly User[],
    { filter, text, position, limit }: Ask,
  ): UserPage {
    const entries = users
      .map((user) => ({
        user,
        key: (filter && sortKey(user, filter.attribute, pool.settings)) ?? '',
      }))
      .sort((a, b) => inOrder(a.key, b.key) || inOrder(a.user.sub, b.user.sub))
    const { afterValue = '', afterSub = '' } = position ?? {}
    const left = entries.filter(
      ({ key, user }) =>
        (inOrder(key, afterValue) || inOrder(user.sub, afterSub)) > 0 || position === undefined,
    )
    const page = left.slice(0, limit)
    const last = page.at(-1)
    const found = page.map(({ user }) => user)
    if (last === undefined || left.length <= limit) {
      return { kind: 'page', users: found, nextToken: undefined }
    }
    return this.#pageTo(pool, cipher, found, {
      text,
      afterSub: last.user.sub,
      afterValue: last.key,
    })
  }

  #pageTo(
    pool: Pool,
    cipher: PoolCipher,
    users: readonly User[],
    position: { text: string; afterSub: string | undefined; afterValue?: string },
  ): UserPage {
    const salt = this.#random.bytes(24)
    const nextToken = sealToken(cipher.tokenKey, 'page', pool.id, salt, {
      afterSub: position.afterSub,
      afterValue: position.afterValue,
      filter: position.text,
    })
    return { kind: 'page', users, nextToken }
  }
}

/** By code units, as texts compare in a database of the C locale. */
function inOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** What the database can narrow by; 'nobody' when no user can match. */
function narrow(pool: Pool, cipher: PoolCipher, filter: Filter): Narrowed | 'nobody' {
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
  const terms = termsOf(filter).map((term) => cipher.term('search', term))
  return terms.length === 0 ? {} : { terms }
}
