import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { requireUser } from './user.js'

/** Lets a disabled user sign in again. */
export const AdminEnableUser = operation(
  { name: 'AdminEnableUser', auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    const user = await requireUser(ctx, input.Username)
    const change = { nowMs: ctx.nowMs, decide: () => ({ isEnabled: true }) }
    unwrap(
      await ctx.poolWork.run(ctx.pool, ({ users }) => users.change(ctx.pool, user.sub, change)),
    )
    return {}
  },
)
