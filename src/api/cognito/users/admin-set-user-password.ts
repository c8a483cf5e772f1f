import { setPassword } from '#app/accounts/password.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { requireUser } from './user.js'

/** Sets a password: lasting, or temporary so that the user must replace it. */
export const AdminSetUserPassword = operation(
  { name: 'AdminSetUserPassword', auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    const user = await requireUser(ctx, input.Username)
    const { Password: password, Permanent: isPermanent = false } = input
    unwrap(await setPassword(ctx, ctx.pool, user, { password, isPermanent }))
    return {}
  },
)
