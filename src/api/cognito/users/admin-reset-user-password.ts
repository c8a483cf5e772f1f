import { resetByAdmin } from '#app/accounts/password.js'
import { accountContext } from '../flow-context.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { requireUserWithFactors } from './user.js'

/** Makes a user's password void and sends the user a code to choose another. */
export const AdminResetUserPassword = operation(
  { name: 'AdminResetUserPassword', auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    const found = await requireUserWithFactors(ctx, input.Username)
    unwrap(await resetByAdmin(ctx, accountContext(ctx), found))
    return {}
  },
)
