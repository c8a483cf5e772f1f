import { updateAttributes } from '#app/accounts/attributes.js'
import { accountContext } from '../flow-context.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { attributesFrom, requireUser } from './user.js'

/** Writes attributes of a user; an administrator may also say that an address is verified. */
export const AdminUpdateUserAttributes = operation(
  { name: 'AdminUpdateUserAttributes', auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    const user = await requireUser(ctx, input.Username)
    const writes = attributesFrom(input.UserAttributes)
    const change = { writes, writable: undefined, isAdmin: true }
    unwrap(await updateAttributes(ctx, accountContext(ctx), user, change))
    return {}
  },
)
