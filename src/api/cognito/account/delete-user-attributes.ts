import { removeAttributes } from '#app/accounts/attributes.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'

/** Removes attributes of the signed-in user, as far as the app client may write. */
export const DeleteUserAttributes = operation(
  { name: 'DeleteUserAttributes', auth: 'access-token', region: 'primary' },
  async (ctx, input) => {
    const names = input.UserAttributeNames
    const writable = ctx.client.client.settings.writeAttributes
    unwrap(await removeAttributes(ctx, ctx.pool, ctx.caller, { names, writable }))
    return {}
  },
)
