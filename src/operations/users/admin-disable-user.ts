import { operation } from '../operation.js'
import { changedUser } from './changed-user.js'
import { resolveUser } from './resolve-user.js'

/** Keeps a user from signing in, and stops the tokens the user has. */
export const AdminDisableUser = operation({
  name: 'AdminDisableUser',
  auth: 'iam',
  region: 'primary',
  errors: ['UserNotFoundException'],
  async run(ctx, input) {
    const user = await resolveUser(ctx, input.Username)
    const change = { isEnabled: false }
    changedUser(
      await ctx.users.change(ctx.pool, user.sub, { nowMs: ctx.nowMs, decide: () => change }),
    )
    // A user who is enabled again begins with new sessions.
    await ctx.signOuts.add(ctx.pool, user.sub, ctx.nowMs)
    return {}
  },
})
