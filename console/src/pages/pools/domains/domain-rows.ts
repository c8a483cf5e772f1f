// The domains of a pool from what each of its Regions says it serves.
import { domainUrlOf } from '#domain/pool/domain.js'
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

export interface DomainUrl {
  /** The address that the deployment has for domains, its edge, or the name of a Region. */
  readonly of: 'public' | 'edge' | { readonly region: string }
  readonly url: string
}

/**
 * Where a domain is reached: at the address of the configuration, whose host may have the domain,
 * and by path, which the edge and every Region know. Each address once.
 */
export function domainUrls(
  { domainTemplate, edge, regions: all }: Session,
  { primaryRegion, row }: { readonly primaryRegion: string; readonly row: DomainRow },
): readonly DomainUrl[] {
  const { domain } = row
  const urlBelow = (base: string) => `${base.replace(/\/+$/, '')}/domain/${domain}`
  const owner = all.find(({ name }) => name === row.owner)
  const values = { domain, region: primaryRegion, endpoint: owner?.endpoint ?? '' }
  const own = all
    .filter(({ name }) => row.regions.includes(name))
    .map(({ name, endpoint }) => ({ of: { region: name }, url: urlBelow(endpoint) }))
  const byPath: readonly DomainUrl[] =
    edge === undefined ? own : [{ of: 'edge', url: urlBelow(edge) }, ...own]
  const url = domainUrlOf(domainTemplate, values)
  return byPath.some((one) => one.url === url) ? byPath : [{ of: 'public', url }, ...byPath]
}
