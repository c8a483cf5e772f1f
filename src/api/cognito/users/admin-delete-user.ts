import { operation } from '../operation.js'
import { requireUser } from './user.js'

/** Deletes a user; tokens of the user stop working. */
export const AdminDeleteUser = operation(
  { name: 'AdminDeleteUser', auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    const user = await requireUser(ctx, input.Username)
    await ctx.users.remove(ctx.pool, user.sub)
    return {}
  },
)
