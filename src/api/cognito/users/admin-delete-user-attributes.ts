import { removeAttributes } from '#app/accounts/attributes.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { requireUser } from './user.js'

/** Removes attributes of a user. */
export const AdminDeleteUserAttributes = operation(
  { name: 'AdminDeleteUserAttributes', auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    const user = await requireUser(ctx, input.Username)
    const change = { names: input.UserAttributeNames, writable: undefined }
    unwrap(await removeAttributes(ctx, ctx.pool, user, change))
    return {}
  },
)
