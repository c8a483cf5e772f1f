import { operation } from '../operation.js'
import { requireExisting, toResourceServerShape } from './resource-server.js'

/** Describes a resource server. */
export const DescribeResourceServer = operation(
  { name: 'DescribeResourceServer', auth: 'iam', region: 'any' },
  async (ctx, input) => {
    const found = await ctx.resourceServers.find(ctx.pool, input.Identifier)
    const server = requireExisting(input.Identifier, found)
    return { ResourceServer: toResourceServerShape(ctx.pool.id, server) }
  },
)
