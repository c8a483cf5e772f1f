import { operation } from '../operation.js'
import { errorFor } from '../refusals.js'

/** Deletes an app client with its secrets. */
export const DeleteUserPoolClient = operation(
  { name: 'DeleteUserPoolClient', auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    if ((await ctx.clients.remove(ctx.pool, input.ClientId)) === 'absent') {
      throw errorFor('client-absent', input.ClientId)
    }
    return {}
  },
)
