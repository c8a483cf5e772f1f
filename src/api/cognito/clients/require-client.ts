// The app client that an admin call names. A client of another pool does not exist in this one.

import type { Pool } from '#ports/capability.js'
import type { Clients } from '#ports/directory.js'
import type { ResolvedClient } from '../context.js'
import { errorFor } from '../refusals.js'

export async function requireClient(
  ctx: { readonly clients: Clients; readonly pool: Pool },
  clientId: string,
): Promise<ResolvedClient> {
  const found = await ctx.clients.find(ctx.pool, clientId)
  if (found === undefined) {
    throw errorFor('client-absent', clientId)
  }
  return found
}
