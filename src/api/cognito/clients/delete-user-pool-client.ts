import { operation } from '../operation.js'

/** Deletes an app client with its secrets. */
export const DeleteUserPoolClient = operation({
  name: 'DeleteUserPoolClient',
  auth: 'iam',
  region: 'primary',
  errors: [],
  async run(ctx, input) {
    if ((await ctx.clients.remove(ctx.pool, input.ClientId)) === 'absent') {
      ctx.fail('ResourceNotFoundException', `User pool client ${input.ClientId} does not exist.`)
    }
    return {}
  },
})
