// What an issuer says of itself (OpenID Connect Discovery 1.0, section 3). `issuer` is the URL that
// was asked, so that strict clients accept the document on each of a pool's hosts.
import type { Route } from '../route.js'
import { type IssuerServices, issuerDocumentRoutes, type MakeDocument } from './issuer-document.js'

// Deviation: authorization_endpoint, userinfo_endpoint, revocation_endpoint and
// end_session_endpoint are left out of the discovery document until those endpoints exist here;
// token_endpoint is there when the pool has a domain.
const discovery: MakeDocument = async (services, pool, issuer) => {
  const [domain] = [
    ...(await services.domains.list(pool)),
    ...(await services.regionalDomains.list(pool)),
  ]
  const base = domain && services.urls.domain(pool, domain.domain)
  return {
    id_token_signing_alg_values_supported: ['RS256'],
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    response_types_supported: ['code', 'token'],
    scopes_supported: ['openid', 'email', 'phone', 'profile'],
    subject_types_supported: ['public'],
    ...(base && { token_endpoint: `${base}/oauth2/token` }),
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
  }
}

/** The routes of `openid-configuration`. */
export function discoveryRoutes(services: IssuerServices): readonly Route[] {
  return issuerDocumentRoutes(services, 'openid-configuration', discovery)
}
