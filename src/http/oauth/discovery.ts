// What an issuer says of itself (OpenID Connect Discovery 1.0, section 3). `issuer` is the URL that
// was requested, so that strict clients accept the document on each of a pool's hosts.
import type { Route } from '../route.js'
import { type IssuerServices, issuerDocumentRoutes, type MakeDocument } from './issuer-document.js'

// The document promises nothing that is not served. `response_types_supported` is required, so it
// is there and empty: every type begins at an authorization endpoint. `grant_types_supported` is
// there because leaving it out means authorization_code and implicit.
//
// Deviation: the discovery document leaves out authorization_endpoint, userinfo_endpoint,
// revocation_endpoint and end_session_endpoint until those endpoints exist here, so its
// response_types_supported is empty; with a domain it has token_endpoint and, in
// grant_types_supported, client_credentials.
const discovery: MakeDocument = async (services, pool, issuer) => {
  const [domain] = [
    ...(await services.domains.list(pool)),
    ...(await services.regionalDomains.list(pool)),
  ]
  const base = domain && services.urls.domain(pool, domain.domain)
  return {
    grant_types_supported: base ? ['client_credentials'] : [],
    id_token_signing_alg_values_supported: ['RS256'],
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    response_types_supported: [],
    scopes_supported: ['openid', 'email', 'phone', 'profile'],
    subject_types_supported: ['public'],
    ...(base && {
      token_endpoint: `${base}/oauth2/token`,
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    }),
  }
}

/** The routes of `openid-configuration`. */
export function discoveryRoutes(services: IssuerServices): readonly Route[] {
  return issuerDocumentRoutes(services, {
    name: 'openid-configuration',
    kind: 'DISCOVERY',
    make: discovery,
  })
}
