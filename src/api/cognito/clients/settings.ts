// An app client's settings as its two operations take them.

import { ApiError } from '#api/protocol/errors.js'
import type { CognitoInput } from '#contract/types.js'
import {
  clientSettingsProblem,
  machineGrantProblem,
  oauthSettingsProblem,
} from '#domain/client/rules.js'
import { type ClientSettings, clientSettings, clientTable } from '#domain/client/settings.js'
import { parseScope, SYSTEM_SCOPES } from '#domain/oauth/scopes.js'
import type { Pool } from '#ports/capability.js'
import type { ResourceServers } from '#ports/directory.js'
import { givenSettings, requireTier } from '../settings.js'

/** Settings that both operations take; those that are omitted get their defaults. */
export type ClientInput = Omit<CognitoInput<'UpdateUserPoolClient'>, 'UserPoolId' | 'ClientId'>

export function newClientSettings(input: ClientInput): ClientSettings {
  return clientSettings(givenSettings(clientTable, input))
}

export function updatedClientSettings(input: ClientInput, before: ClientSettings): ClientSettings {
  return clientSettings(givenSettings(clientTable, input), before)
}

/** Refuses settings that contradict each other or the pool. */
export function requireClientSettings(
  pool: Pool,
  settings: ClientSettings,
  client: { readonly hasSecret: boolean; readonly scopes: ReadonlySet<string> },
): void {
  refuse('InvalidParameterException', clientSettingsProblem(pool, settings, client.hasSecret))
  requireTier(clientTable, pool.tier, settings)
  refuse('InvalidOAuthFlowException', machineGrantProblem(settings, client.hasSecret))
  const unknown = settings.allowedOAuthScopes.find((scope) => !client.scopes.has(scope))
  refuse('ScopeDoesNotExistException', unknown && `Invalid scope requested: ${unknown}`)
  refuse('InvalidParameterException', oauthSettingsProblem(settings))
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

function refuse(code: ConstructorParameters<typeof ApiError>[0], problem: string | undefined) {
  if (problem !== undefined) throw new ApiError(code, problem)
}
