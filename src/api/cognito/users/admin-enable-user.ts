import { operation } from '../operation.js'
import { userOrThrow } from './changed-user.js'
import { resolveUser } from './resolve-user.js'

/** Lets a disabled user sign in again. */
export const AdminEnableUser = operation({
  name: 'AdminEnableUser',
  auth: 'iam',
  region: 'primary',
  errors: ['UserNotFoundException'],
  async run(ctx, input) {
    const user = await resolveUser(ctx, input.Username)
    const change = { isEnabled: true }
    userOrThrow(
      await ctx.users.change(ctx.pool, user.sub, { nowMs: ctx.nowMs, decide: () => change }),
    )
    return {}
  },
})
