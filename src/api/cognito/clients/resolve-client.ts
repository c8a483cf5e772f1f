// The app client that an admin call names. A client of another pool does not exist in this one.

import { ApiError } from '#api/protocol/errors.js'
import type { Pool } from '#ports/capability.js'
import type { Clients } from '#ports/directory.js'
import type { ResolvedClient } from '../context.js'

export async function resolveClient(
  ctx: { readonly clients: Clients; readonly pool: Pool },
  clientId: string,
): Promise<ResolvedClient> {
  const found = await ctx.clients.find(ctx.pool, clientId)
  if (found === undefined) {
    throw new ApiError('ResourceNotFoundException', `User pool client ${clientId} does not exist.`)
  }
  return found
}
