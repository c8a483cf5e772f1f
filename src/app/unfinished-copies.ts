// Stores as callers of the service see them: what is not here is absent only if the copies that it
// could be in are finished. Otherwise CopyUnfinishedError says to try again: a client that heard
// "does not exist" would sign its user out for good, and a name that looks unknown for a second
// would be counted as failing. Workflows and reconcilers use the stores themselves.
import type { Pool } from '#ports/capability.js'
import { type Copies, CopyUnfinishedError } from '#ports/copies.js'
import type { Clients, Domains, Pools, Users } from '#ports/directory.js'
import type { AccessKeys } from '#ports/runtime.js'

/** Throws when something that is absent could be in a copy that is unfinished. */
export async function requireFinishedCopies(copies: Copies): Promise<void> {
  const regions = await copies.unfinished()
  if (regions.length > 0) throw new CopyUnfinishedError(regions)
}

/** The same for what belongs to a pool: only the copy of its primary Region counts. */
export async function requireFinishedCopyOf(copies: Copies, pool: Pool): Promise<void> {
  if (pool.role === 'PRIMARY') return
  const regions = (await copies.unfinished()).filter((region) => region === pool.primaryRegion)
  if (regions.length > 0) throw new CopyUnfinishedError(regions)
}

/** The store with some of its methods replaced. */
function withMethods<T extends object>(store: T, methods: Partial<T>): T {
  return new Proxy(store, {
    get(target, name) {
      const own = Reflect.get(methods, name) as unknown
      if (own !== undefined) return own
      const method = Reflect.get(target, name) as unknown
      return typeof method === 'function' ? method.bind(target) : method
    },
  })
}

/** Pools, app clients and domains, which callers name without saying whose they are. */
export function whatCallersName(
  stores: { readonly pools: Pools; readonly clients: Clients; readonly domains: Domains },
  copies: Copies,
): { readonly pools: Pools; readonly clients: Clients; readonly domains: Domains } {
  const { pools, clients, domains } = stores
  const present = async <T>(finding: Promise<T | undefined>): Promise<T | undefined> => {
    const found = await finding
    if (found === undefined) await requireFinishedCopies(copies)
    return found
  }
  return {
    pools: withMethods(pools, { find: (poolId) => present(pools.find(poolId)) }),
    clients: withMethods(clients, {
      resolve: (clientId) => present(clients.resolve(clientId)),
    }),
    domains: withMethods(domains, { resolve: (domain) => present(domains.resolve(domain)) }),
  }
}

/** Access keys, which callers sign with. */
export function accessKeysOrWait(accessKeys: AccessKeys, copies: Copies): AccessKeys {
  return withMethods(accessKeys, {
    async find(accessKeyId) {
      const found = await accessKeys.find(accessKeyId)
      if (found === undefined) await requireFinishedCopies(copies)
      return found
    },
  })
}

/** Users of a pool, found by names, subs and tokens. */
export function usersOrWait(users: Users, copies: Copies): Users {
  const present = async <T>(pool: Pool, finding: Promise<T | undefined>) => {
    const found = await finding
    if (found === undefined) await requireFinishedCopyOf(copies, pool)
    return found
  }
  return withMethods(users, {
    find: (pool, lookup) => present(pool, users.find(pool, lookup)),
    findBySub: (pool, sub) => present(pool, users.findBySub(pool, sub)),
    findAuthRecord: (pool, by) => present(pool, users.findAuthRecord(pool, by)),
    findRefreshRecord: (pool, session) => present(pool, users.findRefreshRecord(pool, session)),
    async findAuthClaim(pool, lookup) {
      const claim = await users.findAuthClaim(pool, lookup)
      if (claim.record === undefined) await requireFinishedCopyOf(copies, pool)
      return claim
    },
    async takeSession(pool, session, attemptsMax) {
      const taken = await users.takeSession(pool, session, attemptsMax)
      if (taken !== 'again' && taken.record === undefined) await requireFinishedCopyOf(copies, pool)
      return taken
    },
  })
}
