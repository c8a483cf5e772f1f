// What the OAuth settings of an app client must satisfy. A machine's grant (client_credentials)
// excludes the grants of people, because its client has a secret that no browser can keep.

import { ApiError } from '#api/protocol/errors.js'
import { parseScope, SYSTEM_SCOPES } from '#domain/oauth/scopes.js'
import type { ClientSettings } from '#domain/pool/settings.js'
import type { Pool } from '#ports/capability.js'
import type { ResourceServers } from '#ports/directory.js'

export function requireOAuthSettings(
  settings: ClientSettings,
  client: { readonly hasSecret: boolean; readonly scopes: ReadonlySet<string> },
): void {
  const flows = settings.allowedOAuthFlows
  if (flows.includes('client_credentials')) {
    if (flows.length > 1) {
      throw new ApiError(
        'InvalidOAuthFlowException',
        'client_credentials flow can not be selected along with code flow or implicit flow.',
      )
    }
    if (!client.hasSecret) {
      throw new ApiError(
        'InvalidOAuthFlowException',
        'client_credentials flow can not be selected if client does not have a client secret.',
      )
    }
  }
  const unknown = settings.allowedOAuthScopes.find((scope) => !client.scopes.has(scope))
  if (unknown !== undefined) {
    throw new ApiError('ScopeDoesNotExistException', `Invalid scope requested: ${unknown}`)
  }
  const problem = flowsProblem(settings) ?? urlsProblem(settings)
  if (problem !== undefined) throw new ApiError('InvalidParameterException', problem)
}

/** Those of `scopes` that exist in the pool. */
export async function existingScopes(
  ctx: { readonly resourceServers: ResourceServers; readonly pool: Pool },
  scopes: readonly string[],
): Promise<ReadonlySet<string>> {
  const existing = new Set<string>()
  for (const scope of scopes) {
    const parsed = parseScope(scope)
    const server = parsed && (await ctx.resourceServers.find(ctx.pool, parsed.identifier))
    const isCustom = server?.scopes.some(({ name }) => name === parsed?.name) ?? false
    if (SYSTEM_SCOPES.has(scope) || isCustom) existing.add(scope)
  }
  return existing
}

function flowsProblem(settings: ClientSettings): string | undefined {
  if (!settings.allowedOAuthFlowsUserPoolClient) return undefined
  const { allowedOAuthFlows: flows, allowedOAuthScopes: scopes } = settings
  if (flows.length === 0 || scopes.length === 0) {
    return (
      'AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed ' +
      'to use OAuth flows.'
    )
  }
  const isForPeople = flows.includes('code') || flows.includes('implicit')
  if (isForPeople && settings.callbackUrls.length === 0) {
    return 'CallbackURLs are required for the code and implicit flows.'
  }
  return undefined
}

function urlsProblem(settings: ClientSettings): string | undefined {
  const { callbackUrls, logoutUrls, defaultRedirectUri } = settings
  if (defaultRedirectUri !== undefined && !callbackUrls.includes(defaultRedirectUri)) {
    return `${defaultRedirectUri} is not in the list of callback URLs.`
  }
  for (const url of [...callbackUrls, ...logoutUrls]) {
    const problem = urlProblem(url)
    if (problem !== undefined) return problem
  }
  return undefined
}

/** RFC 6749, section 3.1.2: absolute and without a fragment; http for the own machine only. */
function urlProblem(text: string): string | undefined {
  if (!URL.canParse(text)) return `${text} is not an absolute URI.`
  if (text.includes('#')) return `${text} must not have a fragment.`
  const { protocol, hostname } = new URL(text)
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
  return protocol === 'http:' && !isLocal ? `${text} cannot use the HTTP protocol.` : undefined
}
