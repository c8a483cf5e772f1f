// What the tabs of a pool read and change: the pool as a Region describes it, and requests that
// change some settings and leave all others.
import {
  CLIENT_MEMBERS,
  POOL_MEMBERS,
  resentSettings,
  type Structure,
} from '#domain/settings/resent.js'
import type { Call } from '../../api/client.js'
import { ofPool } from '../../api/cognito.js'
import type { PoolView } from '../../api/pools.js'
import { useSession } from '../../api/session.js'
import { type Loaded, usePoolCall } from '../../api/use-calls.js'

/** The pool as a Region describes it. */
export function useDescribedPool(pool: PoolView, region = pool.readRegion): Loaded<Structure> {
  const { data, ...state } = usePoolCall<{ UserPool: Structure }>(
    { readRegion: region },
    ofPool(pool, 'DescribeUserPool'),
  )
  return { ...state, data: data?.UserPool }
}

/** Describes the pool anew in the Region of a change. Throws CallError. */
export function useReadPool(pool: PoolView, region = pool.PrimaryRegion): () => Promise<Structure> {
  const { call } = useSession()
  return async () => {
    const what = ofPool(pool, 'DescribeUserPool')
    return (await call<{ UserPool: Structure }>(region, what)).UserPool
  }
}

/** UpdateUserPool with changes: new values by their paths. */
export function poolUpdate(pool: PoolView, described: Structure, changes: Structure): Call {
  return ofPool(pool, 'UpdateUserPool', resentSettings(POOL_MEMBERS, described, changes))
}

/** UpdateUserPoolClient, likewise. */
export function clientUpdate(pool: PoolView, described: Structure, changes: Structure): Call {
  return ofPool(pool, 'UpdateUserPoolClient', {
    ClientId: described['ClientId'],
    ...resentSettings(CLIENT_MEMBERS, described, changes),
  })
}
