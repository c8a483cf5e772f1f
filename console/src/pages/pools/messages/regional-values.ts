// What the Regions of a pool have of their own, as each of them describes it.
import type { Structure } from '#domain/settings/resent.js'
import type { CallError } from '../../../api/client.js'
import { ofPool } from '../../../api/cognito.js'
import type { PoolView } from '../../../api/pools.js'
import { useSession } from '../../../api/session.js'
import { asCallError, type Loaded, useLoaded } from '../../../api/use-calls.js'
import { logTargets } from './log-configurations.js'

export interface RegionalValues {
  readonly region: string
  /** What DescribeUserPool describes there, and `Logs`; undefined: it is not known. */
  readonly values: Structure | undefined
  readonly error: CallError | undefined
}

// Often enough to see that a Region is back.
const EVERY_MS = 10_000

export function useRegionalValues(pool: PoolView): Loaded<readonly RegionalValues[]> & {
  /** Those of a Region at the moment. Throws CallError. */
  readonly read: (region: string) => Promise<Structure>
} {
  const { call } = useSession()
  async function read(region: string): Promise<Structure> {
    const [{ UserPool }, { LogDeliveryConfiguration: logs }] = await Promise.all([
      call<{ UserPool: Structure }>(region, ofPool(pool, 'DescribeUserPool')),
      call<{ LogDeliveryConfiguration?: Structure }>(
        region,
        ofPool(pool, 'GetLogDeliveryConfiguration'),
      ),
    ])
    return { ...UserPool, Logs: logTargets(logs?.['LogConfigurations']) }
  }
  async function valuesOf(region: string): Promise<RegionalValues> {
    try {
      return { region, values: await read(region), error: undefined }
    } catch (error) {
      return { region, values: undefined, error: asCallError(error) }
    }
  }
  const key = JSON.stringify(['regional', pool.Id, pool.RegionNames])
  const load = () => Promise.all(pool.RegionNames.map(valuesOf))
  return { ...useLoaded(key, load, { everyMs: EVERY_MS }), read }
}
