// The domains of a pool from what each of its Regions says it serves.
import type { Session } from '../../../api/client.js'
import type { PoolView } from '../../../api/pools.js'
import type { RegionAnswer } from '../../../api/use-calls.js'

/** DescribeRegionalSettings, as far as it is about domains. */
export interface DomainsAnswer {
  readonly Settings: { readonly Domains: readonly string[] }
}

export interface DomainRow {
  readonly key: string
  readonly domain: string
  /** The Region that has it, and where it is deleted. */
  readonly owner: string
  /** The Regions that serve it, as far as they respond. */
  readonly regions: readonly string[]
  readonly isShared: boolean
}

/** What the primary has is every Region's; the rest is of the Region that names it. */
export function domainsOf(
  pool: PoolView,
  answers: readonly RegionAnswer<DomainsAnswer>[],
): readonly DomainRow[] {
  const namedBy = (domain: string) =>
    answers.flatMap(({ region, output }) =>
      output?.Settings.Domains.includes(domain) ? [region] : [],
    )
  const all = new Set(answers.flatMap(({ output }) => output?.Settings.Domains ?? []))
  return [...all].sort().flatMap((domain) => {
    const regions = namedBy(domain)
    const isShared = pool.Domains.includes(domain) || regions.includes(pool.PrimaryRegion)
    const owner = isShared ? pool.PrimaryRegion : regions[0]
    return owner === undefined ? [] : [{ key: domain, domain, owner, regions, isShared }]
  })
}

/** By path, which the edge and every Region know whatever hosts the deployment has. */
export function domainUrls(
  session: Session,
  { domain, regions }: DomainRow,
): readonly { readonly region: string | undefined; readonly url: string }[] {
  const urlBelow = (base: string) => `${base.replace(/\/+$/, '')}/domain/${domain}`
  const edge =
    session.edge === undefined ? [] : [{ region: undefined, url: urlBelow(session.edge) }]
  const own = session.regions
    .filter(({ name }) => regions.includes(name))
    .map(({ name, endpoint }) => ({ region: name, url: urlBelow(endpoint) }))
  return [...edge, ...own]
}
