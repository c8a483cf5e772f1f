// The public URLs that documents for OIDC clients name, from the templates of the configuration.
import type { Pool } from '#ports/capability.js'

export interface UrlTemplates {
  /** With `{endpoint}`, `{region}` and `{poolId}`. */
  readonly originalIssuer: string
  /** With `{region}` (the primary Region) and `{poolId}`. */
  readonly updatedIssuer: string
  /** With `{domain}` and `{region}`. */
  readonly domain: string
}

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
  readonly templates: UrlTemplates
  /** The Region that serves, and its endpoint. */
  readonly region: string
  readonly endpoint: string
}): PublicUrls {
  const { templates, region, endpoint } = options
  const fill = (template: string, values: Readonly<Record<string, string>>) =>
    template.replaceAll(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place)
  const domainHost = hostPattern(templates.domain)
  return {
    domainOfHost: (host) => domainHost?.exec(host.toLowerCase())?.groups?.['domain'],
    originalIssuer: (pool) => fill(templates.originalIssuer, { endpoint, region, poolId: pool.id }),
    updatedIssuer: (pool) =>
      fill(templates.updatedIssuer, { endpoint, region: pool.primaryRegion, poolId: pool.id }),
    domain: (pool, domain) =>
      fill(templates.domain, { endpoint, region: pool.primaryRegion, domain, poolId: pool.id }),
  }
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
