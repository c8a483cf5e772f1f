import { operation } from '../operation.js'
import { absentMessage, resourceServerOf, toResourceServerShape } from './scopes.js'

/** Replaces the name and the scopes of a resource server. */
export const UpdateResourceServer = operation(
  { name: 'UpdateResourceServer', auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    const server = resourceServerOf(input)
    if ((await ctx.resourceServers.update(ctx.pool, server)) === 'absent') {
      ctx.fail('ResourceNotFoundException', absentMessage(server.identifier))
    }
    return { ResourceServer: toResourceServerShape(ctx.pool.id, server) }
  },
)
