// The public keys of a pool, for every verifier of its tokens. Every Region with a replica
// serves them, an INACTIVE one too: tokens of the primary must verify wherever they are shown.
// Public parts are stored in clear, so this works while the pool's key is switched off.
import type { Route } from '../route.js'
import { type IssuerServices, issuerDocumentRoutes, type MakeDocument } from './issuer-document.js'

const jwks: MakeDocument = async (services, pool) => {
  const keys = await services.signingKeys.list(pool)
  return {
    keys: keys.map(({ kid, publicJwk }) => ({
      alg: 'RS256',
      e: publicJwk['e'],
      kid,
      kty: publicJwk['kty'],
      n: publicJwk['n'],
      use: 'sig',
    })),
  }
}

/** The routes of `jwks.json`. */
export function jwksRoutes(services: IssuerServices): readonly Route[] {
  return issuerDocumentRoutes(services, { name: 'jwks.json', kind: 'JWKS', make: jwks })
}
