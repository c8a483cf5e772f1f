// What a pre token generation function may change of the claims: nothing that says who the user is,
// who issued the token and when, or what was proven. What it may not change it asks for in vain,
// as on the service; what cannot be read at all is a problem.
// Cognito: developer guide, "Pre token generation Lambda trigger", 2026.

import { isObject, type JsonObject } from '#base/json.js'
import type { Claims } from '../token/claims.js'

/** Claims of one issue; a machine has no ID token. */
export interface IssuedClaims {
  readonly id?: Claims
  readonly access: Claims
}

/** The claims to sign, or what is wrong with the response. */
export type OverriddenClaims =
  | { readonly kind: 'claims'; readonly claims: IssuedClaims }
  | { readonly kind: 'problem'; readonly problem: string }

const PROTECTED = new Set(
  [
    'acr amr at_hash auth_time azp exp iat iss jti nbf nonce origin_jti token_use sub identities',
    'username client_id event_id device_key version aud scope',
  ].flatMap((names) => names.split(' ')),
)

/** Claims of the ID token whose value is a single one. */
const SINGLE = new Set(['phone_number_verified', 'email_verified', 'updated_at', 'address'])
const GROUPS = 'cognito:groups'
const ROLES = 'cognito:roles'
const PREFERRED = 'cognito:preferred_role'
const GROUP_CLAIMS = [GROUPS, ROLES, PREFERRED]
const CHANGES_MAX = 5000

class Problem extends Error {
  override readonly name = 'Problem'
}

/** The claims after what the function of this event version returned. */
export function overriddenClaims(
  claims: IssuedClaims,
  response: JsonObject,
  { version, clientId }: { readonly version: string; readonly clientId: string },
): OverriddenClaims {
  try {
    const next =
      version === '1'
        ? byFirstVersion(claims, response)
        : byLaterVersion(claims, response, clientId)
    return { kind: 'claims', claims: next }
  } catch (error) {
    if (error instanceof Problem) return { kind: 'problem', problem: error.message }
    throw error
  }
}

/** V1 changes the ID token; of the access token its groups only. */
function byFirstVersion(claims: IssuedClaims, response: JsonObject): IssuedClaims {
  const details = optionalObject(response, 'claimsOverrideDetails')
  if (details === undefined) return claims
  const added = optionalObject(details, 'claimsToAddOrOverride') ?? {}
  for (const [name, value] of Object.entries(added)) {
    if (typeof value !== 'string') throw new Problem(`the value of ${name} is not a text`)
  }
  const suppressed = names(details, 'claimsToSuppress')
  limit(Object.keys(added).length + suppressed.length)
  const grouped = withGroups(claims, details)
  return {
    ...grouped,
    ...(grouped.id && { id: changed(grouped.id, { added, suppressed }) }),
  }
}

function byLaterVersion(
  claims: IssuedClaims,
  response: JsonObject,
  clientId: string,
): IssuedClaims {
  const details = optionalObject(response, 'claimsAndScopeOverrideDetails')
  if (details === undefined) return claims
  const id = changesOf(optionalObject(details, 'idTokenGeneration'))
  for (const name of SINGLE) {
    if (typeof id.added[name] === 'object') throw new Problem(`the value of ${name} is not single`)
  }
  const generation = optionalObject(details, 'accessTokenGeneration')
  const access = changesOf(generation)
  const toAdd = names(generation ?? {}, 'scopesToAdd')
  const toSuppress = names(generation ?? {}, 'scopesToSuppress')
  if (toAdd.some((scope) => !/^\S+$/.test(scope))) throw new Problem('a scope has a blank')
  const changes = [id, access].flatMap(({ added, suppressed }) => [
    ...Object.keys(added),
    ...suppressed,
  ])
  limit(changes.length + toAdd.length + toSuppress.length)
  const grouped = withGroups(claims, details)
  const scopes = [...new Set([...String(grouped.access['scope'] ?? '').split(' '), ...toAdd])]
  const kept = scopes.filter((scope) => scope !== '' && !toSuppress.includes(scope))
  return {
    ...(grouped.id && { id: changed(grouped.id, id) }),
    access: {
      ...changed(grouped.access, access),
      scope: kept.join(' '),
      // An audience of the access token may be the client itself and nobody else.
      ...(access.added['aud'] === clientId ? { aud: clientId } : {}),
    },
  }
}

interface Changes {
  readonly added: JsonObject
  readonly suppressed: readonly string[]
}

function changesOf(generation: JsonObject | undefined): Changes {
  return {
    added: optionalObject(generation ?? {}, 'claimsToAddOrOverride') ?? {},
    suppressed: names(generation ?? {}, 'claimsToSuppress'),
  }
}

/** Suppressing beats adding. All three claims of groups go with the first. */
function changed(claims: Claims, { added, suppressed }: Changes): Claims {
  const gone = new Set(suppressed.filter((name) => mayChange(name) || name.startsWith('dev:')))
  if (suppressed.includes(GROUPS)) for (const name of GROUP_CLAIMS) gone.add(name)
  const entries = [
    ...Object.entries(claims),
    ...Object.entries(added).filter(([name, value]) => mayChange(name) && value !== null),
  ]
  return Object.fromEntries(entries.filter(([name]) => !gone.has(name)))
}

function mayChange(name: string): boolean {
  return !PROTECTED.has(name) && !/^(?:cognito|dev):/.test(name)
}

/** Groups as the function has them: given and empty, there are none; absent, they stay. */
function withGroups(claims: IssuedClaims, details: JsonObject): IssuedClaims {
  if (!Object.hasOwn(details, 'groupOverrideDetails')) return claims
  const given = optionalObject(details, 'groupOverrideDetails') ?? {}
  const groups = names(given, 'groupsToOverride')
  const roles = names(given, 'iamRolesToOverride')
  const preferred = given['preferredRole'] ?? undefined
  if (preferred !== undefined && typeof preferred !== 'string') {
    throw new Problem('preferredRole is not a text')
  }
  const groupClaim = groups.length === 0 ? {} : { [GROUPS]: groups }
  const idClaims = {
    ...groupClaim,
    ...(roles.length === 0 ? {} : { [ROLES]: roles }),
    ...(preferred === undefined || preferred === '' ? {} : { [PREFERRED]: preferred }),
  }
  return {
    ...(claims.id && { id: { ...without(claims.id, GROUP_CLAIMS), ...idClaims } }),
    access: { ...without(claims.access, [GROUPS]), ...groupClaim },
  }
}

function without(claims: Claims, gone: readonly string[]): Claims {
  return Object.fromEntries(Object.entries(claims).filter(([name]) => !gone.includes(name)))
}

function optionalObject(object: JsonObject, name: string): JsonObject | undefined {
  const value = object[name] ?? undefined
  if (value === undefined) return undefined
  if (!isObject(value)) throw new Problem(`${name} is not an object`)
  return value
}

function names(object: JsonObject, name: string): readonly string[] {
  const value = object[name] ?? []
  if (!Array.isArray(value) || !value.every((one) => typeof one === 'string')) {
    throw new Problem(`${name} is not a list of texts`)
  }
  return value
}

function limit(count: number): void {
  if (count > CHANGES_MAX) throw new Problem(`more than ${CHANGES_MAX} claims and scopes`)
}
