// What is in each token. The claims, their names and their types are those of Cognito's tokens, for
// resource servers and SDKs read them; nothing more goes in, since its holder may show a token to
// anyone.
// Cognito: developer guide, "Understanding the identity (ID) token" and "... access token", 2026.

import type { User } from '#domain/user/user.js'
import { grantsAttribute } from '../user/attribute-grants.js'
import type { Grant } from './grant.js'

/** A group of the user, as tokens name it. */
export interface TokenGroup {
  readonly name: string
  readonly roleArn: string | undefined
  /** Lower goes first; undefined last. Absent when the caller knows the order only. */
  readonly precedence?: number | undefined
}

/** What the ID and the access token of one issue share. Times are seconds since the epoch. */
export interface UserClaimsInput {
  readonly issuer: string
  readonly clientId: string
  readonly user: Pick<User, 'sub' | 'username' | 'attributes'>
  /** In order of precedence. */
  readonly groups: readonly TokenGroup[]
  /** The session. undefined when the client has token revocation switched off. */
  readonly originJti: string | undefined
  readonly eventId: string
  /** What the session was granted; `amr` shows beside an `acr` only, as levels are asked for. */
  readonly grant: Pick<Grant, 'authTime' | 'acr' | 'nonce' | 'deviceKey' | 'resource'> &
    Partial<Pick<Grant, 'amr'>>
  readonly nowSeconds: number
  readonly lifetimeSeconds: number
  readonly jti: string
}

/** Claims of a token, by name. */
export type Claims = Readonly<Record<string, unknown>>

/** The ID token: who signed in, for the app client. */
export function idClaims(
  input: UserClaimsInput & {
    /** The client's ReadAttributes; undefined: every attribute. */
    readonly readAttributes: readonly string[] | undefined
  },
): Claims {
  const { user, groups } = input
  // Assigned, so that no attribute can pass for a claim. An object literal that begins with a
  // spread does the same, but V8 adds each member behind the spread by its slowest way.
  return Object.assign(readableAttributes(user.attributes, input.readAttributes), {
    sub: user.sub,
    ...groupClaims(groups),
    ...roleClaims(groups),
    iss: input.issuer,
    'cognito:username': user.username,
    ...present('origin_jti', input.originJti),
    aud: input.clientId,
    event_id: input.eventId,
    token_use: 'id',
    auth_time: input.grant.authTime,
    ...levelClaims(input.grant),
    ...present('nonce', input.grant.nonce),
    exp: input.nowSeconds + input.lifetimeSeconds,
    iat: input.nowSeconds,
    jti: input.jti,
  })
}

/** The access token of a user: what may be done, for resource servers. */
export function accessClaims(
  input: UserClaimsInput & { readonly scopes: readonly string[] },
): Claims {
  return {
    sub: input.user.sub,
    ...present('device_key', input.grant.deviceKey),
    ...groupClaims(input.groups),
    iss: input.issuer,
    client_id: input.clientId,
    ...present('aud', input.grant.resource),
    ...present('origin_jti', input.originJti),
    event_id: input.eventId,
    token_use: 'access',
    scope: input.scopes.join(' '),
    auth_time: input.grant.authTime,
    ...levelClaims(input.grant),
    exp: input.nowSeconds + input.lifetimeSeconds,
    iat: input.nowSeconds,
    jti: input.jti,
    username: input.user.username,
  }
}

/** The access token of a machine (client_credentials): the client is the subject. */
export function machineClaims(input: {
  readonly issuer: string
  readonly clientId: string
  readonly scopes: readonly string[]
  readonly nowSeconds: number
  readonly lifetimeSeconds: number
  readonly jti: string
}): Claims {
  return {
    sub: input.clientId,
    token_use: 'access',
    scope: input.scopes.join(' '),
    auth_time: input.nowSeconds,
    iss: input.issuer,
    exp: input.nowSeconds + input.lifetimeSeconds,
    iat: input.nowSeconds,
    version: 2,
    jti: input.jti,
    client_id: input.clientId,
  }
}

function present(name: string, value: string | undefined): Claims {
  return value === undefined ? {} : { [name]: value }
}

/** Level and methods of the authentication, in tokens of sessions that a level was asked for. */
function levelClaims({ acr, amr }: UserClaimsInput['grant']): Claims {
  return acr === undefined ? {} : { acr, amr: amr ?? [] }
}

const VERIFIED = new Set(['email_verified', 'phone_number_verified'])

function readableAttributes(
  attributes: Readonly<Record<string, string>>,
  readable: readonly string[] | undefined,
): Record<string, unknown> {
  const claims: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(attributes)) {
    // Developer-only attributes are for those who sign their calls.
    if (name.startsWith('dev:')) continue
    if (!grantsAttribute(readable, name)) continue
    if (VERIFIED.has(name)) claims[name] = value.toLowerCase() === 'true'
    // OpenID Connect Core, section 5.1.1: an address is an object.
    else if (name === 'address') claims[name] = { formatted: value }
    else claims[name] = value
  }
  return claims
}

function groupClaims(groups: readonly TokenGroup[]): Claims {
  return groups.length === 0 ? {} : { 'cognito:groups': groups.map(({ name }) => name) }
}

/** The roles of the groups, and the one of the first group that has one. */
function roleClaims(groups: readonly TokenGroup[]): Claims {
  const withRole = groups.filter(({ roleArn }) => roleArn !== undefined)
  const [first] = withRole
  if (first === undefined) return {}
  const roles = [...new Set(withRole.map(({ roleArn }) => roleArn))]
  // Two groups of the same precedence with different roles: neither is preferred.
  const isTied = withRole.some(
    (group) =>
      first.precedence !== undefined &&
      group.precedence === first.precedence &&
      group.roleArn !== first.roleArn,
  )
  return {
    'cognito:roles': roles,
    ...(isTied ? {} : { 'cognito:preferred_role': first.roleArn }),
  }
}
