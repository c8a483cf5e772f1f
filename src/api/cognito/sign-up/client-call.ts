// What every public call about a user brings: an app client, a name and the client's proof for it.

import type { ClientContext, TypedName } from '#app/accounts/named-user.js'
import type { PrimaryPool } from '#ports/capability.js'
import type { ResolvedClient } from '../context.js'

export function clientContext(ctx: {
  readonly pool: PrimaryPool
  readonly client: ResolvedClient
}): ClientContext<PrimaryPool> {
  return { pool: ctx.pool, client: ctx.client.client, secrets: ctx.client.secrets }
}

export function typedName(input: {
  readonly Username: string
  readonly SecretHash?: string | undefined
}): TypedName {
  return { username: input.Username, secretHash: input.SecretHash }
}
