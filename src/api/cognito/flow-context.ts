// What the flows of accounts and of sign-ins get of a call: the client that they run for, and the
// request.

import type { ClientContext, TypedName } from '#app/accounts/named-user.js'
import type { AccountContext } from '#app/accounts/services.js'
import type { RequestContext } from '#domain/request-context.js'
import type { Pool, PrimaryPool } from '#ports/capability.js'
import type { ResolvedClient } from './context.js'

interface FlowCall<P extends Pool, C> {
  readonly pool: P
  readonly client: C
  readonly request: RequestContext
}

export function accountContext(
  ctx: FlowCall<PrimaryPool, ResolvedClient | undefined>,
): AccountContext {
  return { pool: ctx.pool, client: ctx.client?.client, request: ctx.request }
}

/** That of a call by an app client. */
export function clientContext<P extends Pool>(ctx: FlowCall<P, ResolvedClient>): ClientContext<P> {
  const { client, secrets } = ctx.client
  return { pool: ctx.pool, client, secrets, request: ctx.request }
}

/** The name that such a call is about, with the client's proof for it. */
export function typedName(input: {
  readonly Username: string
  readonly SecretHash?: string | undefined
}): TypedName {
  return { username: input.Username, secretHash: input.SecretHash }
}
