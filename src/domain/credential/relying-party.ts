// The relying party of passkeys (Web Authentication, section 5.1.2): a domain that passkeys are
// bound to, and the origins of pages that may use them: the domain's own and its subdomains'.
// Cognito: API reference, WebAuthnConfigurationType, 2026.
import { parse } from 'tldts'

const LOCALHOST = 'localhost'

/** What is wrong with a relying party ID; undefined when nothing is. */
export function relyingPartyProblem(id: string): string | undefined {
  if (id === LOCALHOST) return undefined
  const { hostname, isIp, publicSuffix, domain } = parse(id, { allowPrivateDomains: true })
  if (hostname !== id.toLowerCase() || isIp === true) {
    return `RelyingPartyId ${id} is not a domain name.`
  }
  if (domain === null || publicSuffix === hostname) {
    return `RelyingPartyId ${id} is a public suffix.`
  }
  return undefined
}

/** Whether a page of this origin may use passkeys of the relying party. */
export function isOriginOf(origin: string, relyingPartyId: string): boolean {
  if (!URL.canParse(origin)) return false
  const { protocol, hostname, origin: whole } = new URL(origin)
  if (whole !== origin) return false
  const isLocal = protocol === 'http:' && hostname === LOCALHOST
  if (protocol !== 'https:' && !isLocal) return false
  return hostname === relyingPartyId || hostname.endsWith(`.${relyingPartyId}`)
}
