// Scopes of tokens. Those of machine clients are `<resource server identifier>/<scope name>`. The
// scopes of OpenID Connect are for users and are never given to a machine. RFC 6749, section 3.3.

/** Scope of access tokens that API sign-ins give; the user's own operations ask for it. */
export const USER_ADMIN_SCOPE = 'aws.cognito.signin.user.admin'

const USER_SCOPES = new Set(['openid', 'email', 'phone', 'profile', USER_ADMIN_SCOPE])

/** Scopes that exist in every pool. */
export const SYSTEM_SCOPES: ReadonlySet<string> = USER_SCOPES

/**
 * The scopes of a client_credentials token: those that were asked for, or all that the client may
 * have, each once and in the order in which they were named. Undefined when one that was asked for
 * is not the client's (RFC 6749, section 5.2, invalid_scope), or when nothing is left.
 */
export function machineScopes(
  allowed: readonly string[],
  asked: string | undefined,
): readonly string[] | undefined {
  const own = [...new Set(allowed)].filter((scope) => !USER_SCOPES.has(scope))
  const wanted = asked?.split(' ').filter((scope) => scope !== '') ?? []
  if (wanted.length === 0) return own.length > 0 ? own : undefined
  if (!wanted.every((scope) => own.includes(scope))) return undefined
  return [...new Set(wanted)]
}

/** A scope's resource server identifier and name; undefined when it has no server. */
export function parseScope(
  scope: string,
): { readonly identifier: string; readonly name: string } | undefined {
  const slash = scope.lastIndexOf('/')
  if (slash < 1 || slash === scope.length - 1) return undefined
  return { identifier: scope.slice(0, slash), name: scope.slice(slash + 1) }
}
