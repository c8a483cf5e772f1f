// Names that lead to one pool in the whole deployment, though each Region assigns them: domains,
// and client IDs that a caller chose. A Region asks all others before it assigns one, so that no
// tenant can take what another has elsewhere. A Region that cannot be reached does not hold it up:
// both may then hold the name, and the older holder is served, by Regions and edges alike.
import type { Logger } from '#base/log.js'
import { LinkRefusedError, LinkUnreachableError, type RegionLink } from '#ports/region-link.js'
import { askTakenNames, type PoolClaims } from './link-calls.js'

export interface NameServices {
  readonly region: string
  readonly regions: readonly string[]
  readonly link: RegionLink
  readonly log: Logger
}

/** Whether another Region that can be reached has given one of the names to another pool. */
export async function isTakenElsewhere(
  services: NameServices,
  poolId: string,
  names: Partial<PoolClaims>,
): Promise<boolean> {
  const others = services.regions.filter((name) => name !== services.region)
  const claims = { clientIds: [], domains: [], ...names }
  const taken = await Promise.all(others.map((region) => askOne(services, region, poolId, claims)))
  return taken.some((found) => found)
}

async function askOne(
  { link, log }: NameServices,
  region: string,
  poolId: string,
  claims: PoolClaims,
): Promise<boolean> {
  try {
    return (await askTakenNames(link, region, { poolId, claims })).length > 0
  } catch (error) {
    // A version before this call existed says so.
    const isOld = error instanceof LinkRefusedError && error.code === 'unknown-call'
    if (!isOld && !(error instanceof LinkUnreachableError)) throw error
    log.warn('names were given away without the word of a Region', { peer: region, error })
    return false
  }
}
