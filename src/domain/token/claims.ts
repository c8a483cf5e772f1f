// What is in each token. The claims, their names and their types are those of Cognito's tokens, for
// resource servers and SDKs read them; nothing more goes in, since a token is shown to anybody its
// holder likes.
// Cognito: developer guide, "Understanding the identity (ID) token" and "... access token", 2026.

import type { User } from '#domain/user/user.js'
import { grantsAttribute } from '../user/attribute-grants.js'

/** A group of the user, as tokens name it. */
export interface TokenGroup {
  readonly name: string
  readonly roleArn: string | undefined
  /** Lower goes first; undefined last. Absent when the caller knows the order only. */
  readonly precedence?: number | undefined
}

/** What the ID and the access token of one issue share. Times are seconds since the epoch. */
export interface UserTokenFacts {
  readonly issuer: string
  readonly clientId: string
  readonly user: Pick<User, 'sub' | 'username' | 'attributes'>
  /** In order of precedence. */
  readonly groups: readonly TokenGroup[]
  /** The session. undefined when the client has token revocation switched off. */
  readonly originJti: string | undefined
  readonly eventId: string
  readonly authTime: number
  readonly nowSeconds: number
  readonly lifetimeSeconds: number
  readonly jti: string
}

type Claims = Readonly<Record<string, unknown>>

/** The ID token: who signed in, for the app client. */
export function idClaims(
  facts: UserTokenFacts & {
    /** The client's ReadAttributes; undefined: every attribute. */
    readonly readAttributes: readonly string[] | undefined
  },
): Claims {
  const { user, groups } = facts
  return {
    ...readableAttributes(user.attributes, facts.readAttributes),
    sub: user.sub,
    ...groupClaims(groups),
    ...roleClaims(groups),
    iss: facts.issuer,
    'cognito:username': user.username,
    ...(facts.originJti === undefined ? {} : { origin_jti: facts.originJti }),
    aud: facts.clientId,
    event_id: facts.eventId,
    token_use: 'id',
    auth_time: facts.authTime,
    exp: facts.nowSeconds + facts.lifetimeSeconds,
    iat: facts.nowSeconds,
    jti: facts.jti,
  }
}

/** The access token of a user: what may be done, for resource servers. */
export function accessClaims(
  facts: UserTokenFacts & { readonly scopes: readonly string[] },
): Claims {
  return {
    sub: facts.user.sub,
    ...groupClaims(facts.groups),
    iss: facts.issuer,
    client_id: facts.clientId,
    ...(facts.originJti === undefined ? {} : { origin_jti: facts.originJti }),
    event_id: facts.eventId,
    token_use: 'access',
    scope: facts.scopes.join(' '),
    auth_time: facts.authTime,
    exp: facts.nowSeconds + facts.lifetimeSeconds,
    iat: facts.nowSeconds,
    jti: facts.jti,
    username: facts.user.username,
  }
}

/** The access token of a machine (client_credentials): the client is the subject. */
export function machineClaims(facts: {
  readonly issuer: string
  readonly clientId: string
  readonly scopes: readonly string[]
  readonly nowSeconds: number
  readonly lifetimeSeconds: number
  readonly jti: string
}): Claims {
  return {
    sub: facts.clientId,
    token_use: 'access',
    scope: facts.scopes.join(' '),
    auth_time: facts.nowSeconds,
    iss: facts.issuer,
    exp: facts.nowSeconds + facts.lifetimeSeconds,
    iat: facts.nowSeconds,
    version: 2,
    jti: facts.jti,
    client_id: facts.clientId,
  }
}

const VERIFIED = new Set(['email_verified', 'phone_number_verified'])

function readableAttributes(
  attributes: Readonly<Record<string, string>>,
  readable: readonly string[] | undefined,
): Claims {
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
