import { operation } from '../operation.js'
import { absentMessage, toResourceServerShape } from './scopes.js'

/** Describes a resource server. */
export const DescribeResourceServer = operation(
  { name: 'DescribeResourceServer', auth: 'iam', region: 'any' },
  async (ctx, input) => {
    const server = await ctx.resourceServers.find(ctx.pool, input.Identifier)
    if (server === undefined) {
      return ctx.fail('ResourceNotFoundException', absentMessage(input.Identifier))
    }
    return { ResourceServer: toResourceServerShape(ctx.pool.id, server) }
  },
)
