import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { resolveUser } from './resolve-user.js'

/** Sets a password: lasting, or temporary so that the user must replace it. */
export const AdminSetUserPassword = operation({
  name: 'AdminSetUserPassword',
  auth: 'iam',
  region: 'primary',
  errors: [
    'InvalidPasswordException',
    'PasswordHistoryPolicyViolationException',
    'UserNotFoundException',
  ],
  async run(ctx, input) {
    const user = await resolveUser(ctx, input.Username)
    const { Password: password, Permanent: isPermanent = false } = input
    unwrap(await ctx.recovery.setPassword(ctx.pool, user, { password, isPermanent }))
    return {}
  },
})
