import { operation } from '../operation.js'
import { absentMessage } from './scopes.js'

/** Deletes a resource server. */
export const DeleteResourceServer = operation(
  { name: 'DeleteResourceServer', auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    if ((await ctx.resourceServers.remove(ctx.pool, input.Identifier)) === 'absent') {
      ctx.fail('ResourceNotFoundException', absentMessage(input.Identifier))
    }
    return {}
  },
)
