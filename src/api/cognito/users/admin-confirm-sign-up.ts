import { confirmByAdmin } from '#app/accounts/confirm.js'
import { accountContext } from '../flow-context.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { requireUser } from './user.js'

/** Confirms a sign-up without its code. */
export const AdminConfirmSignUp = operation(
  { name: 'AdminConfirmSignUp', auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    const user = await requireUser(ctx, input.Username)
    unwrap(await confirmByAdmin(ctx, accountContext(ctx), user))
    return {}
  },
)
