import { signOutMs } from '#domain/token/session-id.js'
import { operation } from '../operation.js'
import { requireUser } from '../users/user.js'

/** Ends all sessions of a user, in every Region. */
export const AdminUserGlobalSignOut = operation(
  { name: 'AdminUserGlobalSignOut', auth: 'iam', region: 'active' },
  async (ctx, input) => {
    const user = await requireUser(ctx, input.Username)
    await ctx.signOuts.add(ctx.pool, user.sub, signOutMs(ctx.nowMs))
    return {}
  },
)
