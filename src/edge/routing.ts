// Which Regions to try for a request, best first. The primary serves while it is alive; otherwise
// an alive Region that has the pool. Regions that are suspect come last. When the checks say that
// no Region is alive, all are tried: the checks may be wrong, and refusing all requests would be
// the worse mistake. A domain of which a silent Region may know more has no Region for now, which
// is a retryable response; that it does not exist, only all Regions together can say.

import type { Clock } from '#base/clock.js'
import { type JsonObject, numberMember, objectMember, textMember } from '#base/json.js'
import type { EdgeRegion, HealthCheck } from './health-check.js'
import type { EdgeParts } from './region-calls.js'

export interface Candidates {
  /** What kind of path it is, with names in place of what callers choose. */
  readonly route: string
  readonly regions: readonly EdgeRegion[]
  /** The Region whose "not found" is final; undefined: that of any Region is. */
  readonly authority: string | undefined
  /** Whether all Regions of the deployment are among the candidates. */
  readonly isComplete: boolean
}

export type Router = (path: string) => Promise<Candidates | undefined>

/** What the Regions said about a domain. */
interface DomainRoute {
  /** Names of Regions that serve it, the primary first. */
  readonly regions: readonly string[]
  /** Whether it may be served by a Region that said nothing. */
  readonly isUnknown: boolean
  readonly untilMs: number
}

const ROUTE_KEPT_MS = 2000
const ROUTES_MAX = 2000

/** How long the Regions that are silent are waited for, once it is about more than one. */
const SILENCE_MS = 400

/** Makes the function that finds the Regions for a path; undefined: the path is not ours. */
export function createRouter(options: EdgeParts & { readonly hasConsole: boolean }): Router {
  const { health, hasConsole } = options
  const findRoute = createRouteFinder(options)
  return async (path) => {
    const issuer = /^\/issuer\/([a-z0-9-]{1,32})\/[^/?]+\//.exec(path)?.[1]
    if (issuer !== undefined) {
      const regions = inOrder(health, [issuer])
      return candidatesOf('/issuer/:region/*', regions, { health, authority: issuer })
    }
    if (hasConsole && /^\/console(?:[/?]|$)/.test(path)) return consoleCandidates(path, health)
    const domain = /^\/domain\/([A-Za-z0-9.-]{1,255})\//.exec(path)?.[1]?.toLowerCase()
    if (domain === undefined) return undefined
    const route = await findRoute(domain)
    const regions = route.isUnknown ? [] : inOrder(health, route.regions)
    return candidatesOf('/domain/:domain/*', regions, { health })
  }
}

/** Calls for a Region go there and nowhere else; the console's other paths, to any that lives. */
function consoleCandidates(path: string, health: HealthCheck): Candidates | undefined {
  const name = /^\/console\/api\/([^/?]*)/.exec(path)?.[1]
  if (name === undefined) return candidatesOf('/console/*', inOrder(health, []), { health })
  const region = health.states().find((state) => state.name === name)
  return region && candidatesOf('/console/api/:region/*', [region], { health })
}

function candidatesOf(
  route: string,
  regions: readonly EdgeRegion[],
  { health, authority }: { readonly health: HealthCheck; readonly authority?: string },
): Candidates {
  return { route, regions, authority, isComplete: regions.length === health.states().length }
}

/** Alive Regions, those named first and in that order, but suspect ones last. */
function inOrder(health: HealthCheck, first: readonly string[]): readonly EdgeRegion[] {
  const states = health.states()
  const rank = (name: string) => {
    const index = first.indexOf(name)
    return index < 0 ? first.length : index
  }
  const alive = states.filter((state) => state.isAlive)
  return (alive.length > 0 ? alive : states).toSorted(
    (a, b) => Number(a.isSuspect) - Number(b.isSuspect) || rank(a.name) - rank(b.name),
  )
}

/** Makes the function that looks a domain up in the Regions, and keeps the result for a moment. */
function createRouteFinder(options: EdgeParts): (domain: string) => Promise<DomainRoute> {
  const { clock } = options
  const routes = new Map<string, DomainRoute>()
  const finding = new Map<string, Promise<DomainRoute>>()

  async function find(domain: string, known: DomainRoute | undefined): Promise<DomainRoute> {
    try {
      const route = (await askRegions(options, domain)) ?? known ?? guess(clock)
      // The oldest goes first, so that one client's many names do not drive out all the others.
      routes.delete(domain)
      if (routes.size >= ROUTES_MAX) routes.delete(routes.keys().next().value ?? '')
      routes.set(domain, route)
      return route
    } finally {
      finding.delete(domain)
    }
  }

  return async (domain) => {
    const known = routes.get(domain)
    if (known !== undefined && known.untilMs > clock.nowMs()) return known
    const running = finding.get(domain)
    if (running !== undefined) return running
    const started = find(domain, known)
    finding.set(domain, started)
    return started
  }
}

/** No Region responded: any may serve it. */
function guess(clock: Clock): DomainRoute {
  return { regions: [], isUnknown: false, untilMs: clock.nowMs() }
}

interface Holder {
  readonly name: string
  readonly isPrimary: boolean
  readonly isServing: boolean
  /** When the domain was given to the pool. */
  readonly sinceSeconds: number
}

/** What the Regions that respond in time say; undefined when none does. */
async function askRegions(
  { health, call, clock }: EdgeParts,
  domain: string,
): Promise<DomainRoute | undefined> {
  const states = health.states()
  const holders: Holder[] = []
  const done = new AbortController()
  const asked = states
    .filter((state) => state.isAlive)
    .map(async (region) => {
      const output = await call(region, 'ResolveDomain', { Domain: domain })
      if (output !== undefined) holders.push(holderOf(region.name, objectMember(output, 'Pool')))
    })
  const all = Promise.all(asked)
  await Promise.race([all, clock.wait(SILENCE_MS, done.signal)])
  done.abort()
  if (holders.length === 0) await all
  if (holders.length === 0) return undefined
  const serving = holders.filter(({ isServing }) => isServing).toSorted(byPrecedence)
  return {
    regions: serving.map(({ name }) => name),
    isUnknown: serving.length === 0 && holders.length < states.length,
    untilMs: clock.nowMs() + ROUTE_KEPT_MS,
  }
}

/** The primary first. Of two, the pool that had the domain first, as a Region decides, too. */
function byPrecedence(a: Holder, b: Holder): number {
  return Number(b.isPrimary) - Number(a.isPrimary) || a.sinceSeconds - b.sinceSeconds
}

function holderOf(name: string, pool: JsonObject | undefined): Holder {
  return {
    name,
    isPrimary: textMember(pool, 'Role') === 'PRIMARY',
    isServing: textMember(pool, 'Status') === 'ACTIVE',
    sinceSeconds: numberMember(pool, 'DomainCreatedAt') ?? 0,
  }
}
