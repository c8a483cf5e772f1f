import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { resolveUser } from './resolve-user.js'

/** Makes a user's password void and sends the user a code to choose another. */
export const AdminResetUserPassword = operation({
  name: 'AdminResetUserPassword',
  auth: 'iam',
  region: 'primary',
  errors: ['UserNotFoundException'],
  async run(ctx, input) {
    const user = await resolveUser(ctx, input.Username)
    unwrap(await ctx.recovery.resetByAdmin(ctx.pool, user))
    return {}
  },
})
