// The cases of usage. A batch has rows of several pools by nature, so each writes what its rows
// say.
import type { Repositories } from '#adapters/postgres/repositories.js'
import type { PrimaryPool } from '#ports/capability.js'
import type { EndpointUse } from '#ports/usage.js'
import type { Case } from './isolation-cases.js'
import { NOW, SUB } from './pools.js'

const RECORDER = '66666666-6666-4666-8666-666666666666'
const MONTH = '2026-11'

const user = (pool: PrimaryPool, tier: 'ESSENTIALS' | 'PLUS') => ({
  ...{ poolId: pool.id, month: MONTH, sub: SUB, tier },
})
const count = (pool: PrimaryPool, mark: string, tokens: number) => ({
  ...{ poolId: pool.id, month: MONTH, clientId: `app-${mark}`, tokens },
})
const use = (pool: PrimaryPool, mark: string, calls: number): EndpointUse => ({
  ...{ poolId: pool.id, clientId: 'app', day: '2026-11-27', host: mark, userAgent: 'none' },
  ...{ kind: 'API', issuerForm: 'NONE', calls, lastSeenMs: NOW },
})
const page = { sinceDay: '2026-11-01', after: undefined, limit: 10 }

/** One of everything, with what only this pool has. */
export async function fillUsage(r: Repositories, pool: PrimaryPool, mark: string): Promise<void> {
  await r.usageRows.addActiveUsers([user(pool, 'ESSENTIALS')])
  await r.usageRows.raiseTokenCounts(RECORDER, [count(pool, mark, 1)])
  await r.usageRows.raiseEndpointUses(RECORDER, [use(pool, mark, 1)])
  await r.usageRows.extendReplicaPeriods(NOW)
}

export const USAGE_CASES: Readonly<Record<string, Case>> = {
  'usageRows.addActiveUsers': {
    writes: (r, pool) => r.usageRows.addActiveUsers([user(pool, 'PLUS')]),
  },
  'usageRows.raiseTokenCounts': {
    writes: (r, pool) => r.usageRows.raiseTokenCounts(RECORDER, [count(pool, 'new', 2)]),
  },
  'usageRows.raiseEndpointUses': {
    writes: (r, pool) => r.usageRows.raiseEndpointUses(RECORDER, [use(pool, 'new', 2)]),
  },
  'usageRows.extendReplicaPeriods': { none: 'of all pools of the Region' },
  'usageRows.ofMonth': { reads: (r, pool) => r.usageRows.ofMonth(MONTH, [pool.id]) },
  'usageRows.endpointUses': {
    reads: (r, pool) => r.usageRows.endpointUses({ ...page, poolId: pool.id }),
  },
}
