import { signOutMs } from '#domain/token/session-id.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { requireUser } from './user.js'

/** Keeps a user from signing in, and stops the tokens the user has. */
export const AdminDisableUser = operation(
  { name: 'AdminDisableUser', auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    const user = await requireUser(ctx, input.Username)
    const change = { nowMs: ctx.nowMs, decide: () => ({ isEnabled: false }) }
    await ctx.poolWork.run(ctx.pool, async ({ users, signOuts }) => {
      unwrap(await users.change(ctx.pool, user.sub, change))
      // A user who is enabled again begins with new sessions.
      await signOuts.add(ctx.pool, user.sub, signOutMs(ctx.nowMs))
    })
    return {}
  },
)
