import { operation } from '../operation.js'
import { requireExisting } from './resource-server.js'

/** Deletes a resource server. */
export const DeleteResourceServer = operation(
  { name: 'DeleteResourceServer', auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    requireExisting(input.Identifier, await ctx.resourceServers.remove(ctx.pool, input.Identifier))
    return {}
  },
)
