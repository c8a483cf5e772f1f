import { operation } from '../operation.js'

/** Deletes the signed-in user. */
export const DeleteUser = operation(
  { name: 'DeleteUser', auth: 'access-token', region: 'primary' },
  async (ctx) => {
    await ctx.users.remove(ctx.pool, ctx.caller.sub)
    return {}
  },
)
