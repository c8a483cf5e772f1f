// POST /domain/<domain>/oauth2/token: the token endpoint of a user pool domain (RFC 6749,
// section 3.2). The same on every Region; an INACTIVE replica serves no client.
import type { Logger } from '#base/log.js'
import { domainRates } from '#domain/throttle/rate-category.js'
import type { Pool } from '#ports/capability.js'
import type { HttpHeaders } from '../route.js'
import { authenticateClient } from './client-authentication.js'
import { OAuthError, oauthErrorTable, toOAuthError } from './errors.js'
import { clientCredentials } from './grants/client-credentials.js'
import type { Grant, TokenServices } from './grants/grant.js'

const TOO_MANY = 'Too many requests'

const grants: ReadonlyMap<string, Grant> = new Map([
  [clientCredentials.grantType, clientCredentials],
])

export interface TokenRequest {
  readonly domain: string
  readonly contentType: string | undefined
  readonly authorization: string | undefined
  readonly body: string
  readonly requestId: string
  readonly sourceIp: string
  readonly userAgent: string | undefined
  readonly headers: HttpHeaders
}

export interface TokenResponse {
  readonly status: number
  readonly body: string
}

/** Responds to a token request; never throws. */
export async function handleTokenRequest(
  services: TokenServices & { readonly log: Logger },
  request: TokenRequest,
): Promise<TokenResponse> {
  try {
    return { status: 200, body: JSON.stringify(await issue(services, request)) }
  } catch (error) {
    const shown = toOAuthError(error)
    const { status } = oauthErrorTable[shown.code]
    if (status >= 500) services.log.error('token request failed', { error })
    const description = shown.description && { error_description: shown.description }
    return { status, body: JSON.stringify({ error: shown.code, ...description }) }
  }
}

async function issue(
  services: TokenServices,
  request: TokenRequest,
): Promise<Readonly<Record<string, unknown>>> {
  requireDomainRate(services, request)
  const pool = await poolOfDomain(services, request.domain)
  if (!request.contentType?.toLowerCase().startsWith('application/x-www-form-urlencoded')) {
    throw new OAuthError('invalid_request', 'The body must be form-encoded')
  }
  const form = new URLSearchParams(request.body)
  for (const name of form.keys()) {
    // RFC 6749, section 3.2: parameters must not be included more than once.
    if (form.getAll(name).length > 1) {
      throw new OAuthError('invalid_request', `${name} is given more than once`)
    }
  }
  const grantType = form.get('grant_type')
  if (!grantType) throw new OAuthError('invalid_request', 'grant_type is missing')
  const grant = grants.get(grantType)
  if (grant === undefined) throw new OAuthError('unsupported_grant_type')
  const { authorization } = request
  const authenticated = await authenticateClient(services, pool, { authorization, form })
  const { clientId } = authenticated.client
  const { headers } = request
  services.usage.call({ poolId: pool.id, clientId, kind: 'TOKEN', issuerForm: 'NONE', headers })
  const { throttle } = services
  const isWithinRates =
    throttle === undefined ||
    (throttle.admitsKey(`client ${clientId}`, domainRates.perClient) &&
      (await throttle.admitsCategory(grant.category)))
  if (!isWithinRates) throw new OAuthError('slow_down', TOO_MANY)
  const { requestId, sourceIp, userAgent } = request
  return grant.run({
    services,
    pool,
    authenticated,
    form,
    request: {
      requestId,
      eventId: services.random.uuid(),
      operation: grantType,
      sourceIp,
      userAgent,
      clientMetadata: metadataOf(form.get('aws_client_metadata')),
      userContextData: undefined,
    },
  })
}

function requireDomainRate({ throttle }: TokenServices, { sourceIp, domain }: TokenRequest): void {
  const isWithinRates =
    throttle === undefined ||
    (throttle.admitsKey(`address ${sourceIp}`, domainRates.perAddress) &&
      throttle.admitsKey(`domain ${domain}`, domainRates.perDomain))
  if (!isWithinRates) throw new OAuthError('slow_down', TOO_MANY)
}

async function poolOfDomain(services: TokenServices, name: string): Promise<Pool> {
  const domain = await services.domains.resolve(name)
  const pool = domain && (await services.pools.find(domain.poolId))
  if (pool === undefined) throw new OAuthError('invalid_request', 'The domain does not exist')
  if (pool.status !== 'ACTIVE') {
    throw new OAuthError('temporarily_unavailable', 'The user pool does not serve in this Region')
  }
  return pool
}

/** A JSON object of texts for the customer's triggers; anything else is none. */
function metadataOf(text: string | null): Readonly<Record<string, string>> {
  let given: unknown
  try {
    given = JSON.parse(text ?? '{}')
  } catch {
    return {}
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return {}
  const members = Object.entries(given as Record<string, unknown>)
  return Object.fromEntries(
    members.filter((member): member is [string, string] => typeof member[1] === 'string'),
  )
}
