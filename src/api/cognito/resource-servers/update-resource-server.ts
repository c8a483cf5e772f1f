import { operation } from '../operation.js'
import { requireExisting, resourceServerOf, toResourceServerShape } from './resource-server.js'

/** Replaces the name and the scopes of a resource server. */
export const UpdateResourceServer = operation(
  { name: 'UpdateResourceServer', auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    const server = resourceServerOf(input)
    requireExisting(server.identifier, await ctx.resourceServers.update(ctx.pool, server))
    return { ResourceServer: toResourceServerShape(ctx.pool.id, server) }
  },
)
