// Domains of a pool: which prefix domains it may have, and which members of a request have effect.
// A prefix becomes a part of a host name and of paths, and is shown to users beside pages of the
// service.
// Cognito: API reference, CreateUserPoolDomain, 2026.
import { type Refused, refused } from '../refusal.js'
import {
  inEffect,
  refused as refusedSetting,
  type SettingDecisions,
  stored,
} from '../settings/decisions.js'
import type { Tier } from './tier.js'

/** Words that a prefix must not have, since they would pass for the service's own pages. */
const RESERVED_WORDS = ['aws', 'amazon', 'cognito']
const MANAGED_LOGIN_VERSIONS = [1, 2]
const PREFIX_MESSAGE =
  "1 validation error detected: Value at 'domain' failed to satisfy constraint: Member must " +
  'satisfy regular expression pattern: ^[a-z0-9](?:[a-z0-9\\-]{0,61}[a-z0-9])?$'
const TIER_MESSAGE =
  'Managed login is not available in the LITE tier. Change the tier to ESSENTIALS or higher.'

// Deviation: only prefix domains can be created; a custom domain is refused until it is routed.

/** What is wrong with a new domain; undefined when nothing is. The wire has checked its pattern. */
export function domainRefusal(
  tier: Tier,
  { domain, managedLoginVersion }: { domain: string; managedLoginVersion: number },
): Refused | undefined {
  if (domain.includes('.')) return refused('invalid-parameter', PREFIX_MESSAGE)
  const reserved = RESERVED_WORDS.find((word) => domain.includes(word))
  if (reserved !== undefined) {
    return refused('invalid-parameter', `Domain cannot contain reserved word: ${reserved}`)
  }
  if (!MANAGED_LOGIN_VERSIONS.includes(managedLoginVersion)) {
    return refused('invalid-parameter', 'ManagedLoginVersion must be 1 or 2.')
  }
  if (managedLoginVersion === 2 && tier === 'LITE') return refused('tier', TIER_MESSAGE)
  return undefined
}

const customDomain = refusedSetting('only prefix domains are routed')

/** The members of requests about domains, by their paths. */
export const domainMembers: SettingDecisions = {
  Domain: inEffect,
  ManagedLoginVersion: stored('there is no managed login'),
  CustomDomainConfig: customDomain,
  Routing: customDomain,
}

/** The host at which a domain is reached, by the template of the configuration (`urls.domain`). */
export function domainHostOf(
  template: string,
  values: { readonly domain: string; readonly region: string; readonly endpoint: string },
): string {
  return new URL(domainUrlOf(template, values)).hostname
}

/** The address at which a domain is reached, likewise. */
export function domainUrlOf(
  template: string,
  {
    domain,
    region,
    endpoint,
  }: { readonly domain: string; readonly region: string; readonly endpoint: string },
): string {
  return template
    .replaceAll('{endpoint}', () => endpoint)
    .replaceAll('{region}', () => region)
    .replaceAll('{domain}', () => domain)
}
