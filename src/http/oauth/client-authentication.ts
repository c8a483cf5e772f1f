// Client authentication at the token endpoint: HTTP Basic or body parameters, never both
// (RFC 6749, section 2.3).
import { provesClient } from '#app/clients/secrets.js'
import type { PoolKeys } from '#app/crypto/pool-keys.js'
import type { Pool } from '#ports/capability.js'
import type { Client, ClientSecret, Clients } from '#ports/directory.js'
import { OAuthError } from './errors.js'

export interface AuthenticatedClient {
  readonly client: Client
  readonly secrets: readonly ClientSecret[]
}

interface ClientCredentials {
  readonly clientId: string
  readonly secret: string | undefined
}

/** The client whose credentials the request carries. Unknown and wrong look the same. */
export async function authenticateClient(
  services: { readonly clients: Clients; readonly poolKeys: PoolKeys },
  pool: Pool,
  request: { readonly authorization: string | undefined; readonly form: URLSearchParams },
): Promise<AuthenticatedClient> {
  const credentials = readCredentials(request.authorization, request.form)
  const resolved = await services.clients.resolve(credentials.clientId)
  if (resolved === undefined || resolved.poolId !== pool.id) {
    throw new OAuthError('invalid_client')
  }
  const cipher = await services.poolKeys.cipher(pool)
  if (!provesClient(cipher, resolved, credentials.secret)) throw new OAuthError('invalid_client')
  return resolved
}

function readCredentials(
  authorization: string | undefined,
  form: URLSearchParams,
): ClientCredentials {
  const bodyId = form.get('client_id') ?? undefined
  const bodySecret = form.get('client_secret') ?? undefined
  if (authorization === undefined) {
    if (bodyId === undefined) throw new OAuthError('invalid_request', 'client_id is missing')
    return { clientId: bodyId, secret: bodySecret }
  }
  const match = /^basic +([a-z0-9+/_-]+=*)$/i.exec(authorization)
  const text = match?.[1] && Buffer.from(match[1], 'base64').toString('utf8')
  const colon = text ? text.indexOf(':') : -1
  if (!text || colon < 1) throw new OAuthError('invalid_client')
  const clientId = formDecode(text.slice(0, colon))
  const secret = formDecode(text.slice(colon + 1))
  if (bodySecret !== undefined || (bodyId !== undefined && bodyId !== clientId)) {
    throw new OAuthError('invalid_request', 'More than one client authentication was given')
  }
  return { clientId, secret }
}

/**
 * RFC 6749, section 2.3.1: both parts are form-encoded before they are joined. A plus stays what it
 * is: a secret of the customer's own may contain one and no blank, and libraries send it as it is.
 */
function formDecode(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    throw new OAuthError('invalid_client')
  }
}
