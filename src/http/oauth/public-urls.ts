// The public URLs that documents for OIDC clients name, from the templates of the configuration.
import { domainUrlOf } from '#domain/pool/domain.js'
import type { IssuerUrls } from '#domain/token/issuer.js'
import type { Pool } from '#ports/capability.js'

export interface PublicUrls {
  /** The ORIGINAL issuer as this Region's own endpoint serves it. */
  originalIssuer(pool: Pool): string
  /** The UPDATED issuer, which names the primary Region wherever it is served. */
  updatedIssuer(pool: Pool): string
  /** The base of a user pool domain. */
  domain(pool: Pool, domain: string): string
  /** The user pool domain whose own host this is, where domains have hosts. */
  domainOfHost(host: string): string | undefined
}

export function createPublicUrls(options: {
  readonly issuers: IssuerUrls
  /** The Region that serves, and its endpoint. */
  readonly region: string
  readonly endpoint: string
  /** With `{domain}`, and if wanted `{region}` (the primary Region) and `{endpoint}`. */
  readonly domainTemplate: string
}): PublicUrls {
  const { issuers, region, endpoint, domainTemplate } = options
  return {
    originalIssuer: (pool) => issuers.original(pool, region),
    updatedIssuer: (pool) => issuers.updated(pool),
    domain: (pool, domain) =>
      domainUrlOf(domainTemplate, { domain, region: pool.primaryRegion, endpoint }),
    domainOfHost: domainOfHosts(domainTemplate),
  }
}

/** Makes the function that finds the domain in a host of the template, if it is one. */
export function domainOfHosts(template: string): (host: string) => string | undefined {
  const pattern = hostPattern(template)
  return (host) => pattern?.exec(host.toLowerCase())?.groups?.['domain']
}

/** Matches hosts of a template like `https://{domain}.auth.{region}.example.com`. */
function hostPattern(template: string): RegExp | undefined {
  const host = /^[a-z]+:\/\/([^/]+)/.exec(template)?.[1]
  if (host === undefined || !host.includes('{domain}')) return undefined
  const source = host
    .replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&')
    .replace('{domain}', '(?<domain>[a-z0-9-]+)')
    .replaceAll(/\{\w+\}/g, '[a-z0-9-]+')
  return new RegExp(`^${source}$`)
}
