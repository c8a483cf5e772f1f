// Which Regions to try for a request, best first. The primary serves while it is alive; otherwise
// an alive Region that has the pool. When the checks say that no Region is alive, all are tried:
// the checks may be wrong, and refusing everybody would be the worse mistake.
import type { Clock } from '#base/clock.js'
import type { EdgeRegion, HealthCheck } from './health-check.js'
import { type CallRegion, membersOf, textMember } from './region-calls.js'

export interface Candidates {
  readonly regions: readonly EdgeRegion[]
  /** Whether another Region may know what one answers 404 to. */
  readonly isTriedOnNotFound: boolean
}

export type Router = (path: string) => Promise<Candidates | undefined>

/** What the Regions said about a domain. */
interface DomainPlace {
  /** Names of Regions that serve it, the primary first. */
  readonly regions: readonly string[]
  readonly untilMs: number
}

const PLACE_KEPT_MS = 2000
const PLACES_MAX = 2000

/** Makes the function that finds the Regions for a path; undefined: the path is not ours. */
export function createRouter(options: {
  readonly health: HealthCheck
  readonly call: CallRegion
  readonly clock: Clock
}): Router {
  const { health } = options
  const places = new Map<string, DomainPlace>()
  return async (path) => {
    const issuer = /^\/issuer\/([a-z0-9-]{1,32})\/[^/?]+\//.exec(path)
    if (issuer !== null) {
      return { regions: inOrder(health, [issuer[1] ?? '']), isTriedOnNotFound: true }
    }
    const domain = /^\/domain\/([A-Za-z0-9.-]{1,255})\//.exec(path)?.[1]?.toLowerCase()
    if (domain === undefined) return undefined
    const place = await findPlace(options, places, domain)
    return { regions: inOrder(health, place.regions), isTriedOnNotFound: false }
  }
}

/** Alive Regions, those named first and in that order. */
function inOrder(health: HealthCheck, first: readonly string[]): readonly EdgeRegion[] {
  const states = health.states()
  const rank = (name: string) => {
    const index = first.indexOf(name)
    return index < 0 ? first.length : index
  }
  const alive = states.filter((state) => state.isAlive)
  return (alive.length > 0 ? alive : states).toSorted((a, b) => rank(a.name) - rank(b.name))
}

async function findPlace(
  { health, call, clock }: { health: HealthCheck; call: CallRegion; clock: Clock },
  places: Map<string, DomainPlace>,
  domain: string,
): Promise<DomainPlace> {
  const known = places.get(domain)
  if (known !== undefined && known.untilMs > clock.nowMs()) return known
  const alive = health.states().filter((state) => state.isAlive)
  const found = await Promise.all(
    alive.map(async (region) => {
      const answer = await call(region, 'ResolveDomain', { Domain: domain })
      const pool = membersOf(answer?.['Pool'])
      return {
        name: region.name,
        hasAnswered: answer !== undefined,
        isPrimary: textMember(pool, 'Role') === 'PRIMARY',
        isServing: textMember(pool, 'Status') === 'ACTIVE',
      }
    }),
  )
  // Nobody could say: what was true a moment ago is the best guess.
  if (known !== undefined && !found.some((region) => region.hasAnswered)) return known
  const serving = found
    .filter((region) => region.isServing)
    .toSorted((a, b) => Number(b.isPrimary) - Number(a.isPrimary))
  const place = {
    regions: serving.map((region) => region.name),
    untilMs: clock.nowMs() + PLACE_KEPT_MS,
  }
  if (places.size >= PLACES_MAX) places.clear()
  places.set(domain, place)
  return place
}
