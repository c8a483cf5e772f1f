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
import { type PageTokens, pageTokens } from '#app/paging.js'
import { isUuid } from '#base/uuid.js'
import { type Refused, refused } from '#domain/refusal.js'
import { type Filter, parseFilter } from '#domain/user/filter.js'
import { matchesFilter, sortKey } from '#domain/user/filter-match.js'
import { termsOf } from '#domain/user/search-terms.js'
import { USER_STATUSES } from '#domain/user/user.js'
import type { Pool } from '#ports/capability.js'
import type { UserCounts, UserPageOptions } from '#ports/directory.js'
import { usernameHash } from './names.js'
import type { AccountServices } from './services.js'
import type { ListedUser } from './user-records.js'

const LIMIT_DEFAULT = 60
/** Rows looked at for one page when the filter cannot be narrowed in the database. */
const SCANNED_MAX = 2_000
/** Rows that are opened for each sorted page. */
const SORTED_MAX = 1_000

/** The last user that was looked at, and the last value of a sorted page. */
type Position = readonly [afterSub: string | undefined, afterValue?: string]

interface Query {
  readonly filter: Filter | undefined
  readonly position: Position | undefined
  readonly limit: number
  /** What the database can narrow by. */
  readonly narrowed: Omit<UserPageOptions, 'afterSub' | 'limit'>
}

/** Users to show, and where the next page begins if there is one. */
interface Found {
  readonly users: readonly ListedUser[]
  readonly next?: Position
}

export type UserPage =
  | { readonly kind: 'page'; readonly users: readonly ListedUser[]; readonly nextToken?: string }
  | Refused

type Deps = Pick<AccountServices, 'users' | 'poolKeys' | 'random'> & {
  readonly userCounts: UserCounts
}

const INVALID_TOKEN = refused('invalid-parameter', 'Invalid pagination token.')

/** One page of ListUsers. */
export async function listUsers(
  deps: Deps,
  pool: Pool,
  request: {
    readonly filter: string | undefined
    readonly limit: number | undefined
    readonly token: string | undefined
  },
): Promise<UserPage> {
  const text = request.filter ?? ''
  const parsed = text.trim() === '' ? undefined : parseFilter(text)
  if (parsed?.kind === 'problem') return refused('invalid-parameter', parsed.problem)
  const filter = parsed?.filter
  const tokens = pageTokens(deps, pool, `users:${text}`)
  const position = request.token === undefined ? undefined : await openAt(tokens, request.token)
  if (request.token !== undefined && position === undefined) return INVALID_TOKEN
  const narrowed = filter ? narrow(pool, await deps.poolKeys.cipher(pool), filter) : {}
  if (narrowed === 'none') return { kind: 'page', users: [] }
  const limit = request.limit || LIMIT_DEFAULT
  const found = await collect(deps, pool, { filter, position, limit, narrowed })
  if (found === 'grown') return INVALID_TOKEN
  const { users, next } = found
  if (next === undefined) return { kind: 'page', users }
  return { kind: 'page', users, nextToken: await tokens.seal(JSON.stringify(next)) }
}

async function openAt(tokens: PageTokens, token: string): Promise<Position | undefined> {
  const after = await tokens.open(token)
  return after === undefined ? undefined : (JSON.parse(after) as Position)
}

async function collect(deps: Deps, pool: Pool, query: Query): Promise<Found | 'grown'> {
  const { filter, position, limit, narrowed } = query
  // A list that began in the order of sub goes on in it.
  const maySort = position === undefined || position[1] !== undefined
  if (filter?.match === 'prefix' && maySort) {
    const sortable = await sortableUsers(deps, pool, filter, narrowed)
    if (sortable !== undefined) return sortedPage(pool, sortable, query)
    // More users than can be sorted have come since the list began.
    if (position !== undefined) return 'grown'
  }
  const users: ListedUser[] = []
  let afterSub = position?.[0]
  for (let scanned = 0; scanned < SCANNED_MAX; ) {
    // One more than asked tells whether there is a next page.
    const rows = await deps.users.page(pool, { afterSub, limit: limit + 1, ...narrowed })
    for (const user of rows) {
      if (filter === undefined || matchesFilter(user, filter, pool.settings)) {
        if (users.length === limit) return { users, next: [afterSub] }
        users.push(user)
      }
      afterSub = user.sub
    }
    scanned += rows.length
    if (rows.length <= limit) return { users }
  }
  return { users, next: [afterSub] }
}

/** All users that the filter names, if they can be told from few enough rows. */
async function sortableUsers(
  { users, userCounts }: Deps,
  pool: Pool,
  filter: Filter,
  narrowed: Query['narrowed'],
): Promise<readonly ListedUser[] | undefined> {
  if (narrowed.terms === undefined && (await userCounts.estimate(pool)) > SORTED_MAX) {
    return undefined
  }
  const limit = SORTED_MAX + 1
  const rows = await users.page(pool, { afterSub: undefined, limit, ...narrowed })
  if (rows.length > SORTED_MAX) return undefined
  return rows.filter((user) => matchesFilter(user, filter, pool.settings))
}

function sortedPage(
  pool: Pool,
  users: readonly ListedUser[],
  { filter, position, limit }: Query,
): Found {
  const entries = users
    .map((user) => ({
      user,
      key: (filter && sortKey(user, filter.attribute, pool.settings)) ?? '',
    }))
    .sort((a, b) => inOrder(a.key, b.key) || inOrder(a.user.sub, b.user.sub))
  const [afterSub = '', afterValue = ''] = position ?? []
  const left = entries.filter(
    ({ key, user }) =>
      (inOrder(key, afterValue) || inOrder(user.sub, afterSub)) > 0 || position === undefined,
  )
  const page = left.slice(0, limit)
  const last = page.at(-1)
  const found = page.map(({ user }) => user)
  if (last === undefined || left.length <= limit) return { users: found }
  return { users: found, next: [last.user.sub, last.key] }
}

/** By code units, as texts compare in a database of the C locale. */
function inOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** What the database can narrow by; 'none' when no user can match. */
function narrow(pool: Pool, cipher: PoolCipher, filter: Filter): Query['narrowed'] | 'none' {
  const { attribute, match, value } = filter
  if (match === 'exact') {
    switch (attribute) {
      case 'username':
        return { usernameHash: usernameHash(cipher, pool.settings, value) }
      case 'sub':
        return isUuid(value) ? { sub: value } : 'none'
      case 'status':
        if (value.toLowerCase() === 'enabled') return { isEnabled: true }
        return value.toLowerCase() === 'disabled' ? { isEnabled: false } : 'none'
      case 'cognito:user_status': {
        const status = USER_STATUSES.find((known) => known === value.toUpperCase())
        return status === undefined ? 'none' : { status }
      }
    }
  }
  const terms = termsOf(filter).map((term) => cipher.term('search', term))
  return terms.length === 0 ? {} : { terms }
}
