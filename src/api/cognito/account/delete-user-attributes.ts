import { withoutAttributes } from '#app/accounts/attribute-changes.js'
import { grantsAttribute } from '#domain/user/attribute-grants.js'
import { removalRefusal, UNAUTHORIZED_WRITE } from '#domain/user/attributes.js'
import { operation } from '../operation.js'
import { userOrThrow } from '../users/changed-user.js'

/** Removes attributes of the signed-in user, as far as the app client may write. */
export const DeleteUserAttributes = operation({
  name: 'DeleteUserAttributes',
  auth: 'access-token',
  region: 'primary',
  errors: ['UserNotFoundException'],
  async run(ctx, input) {
    const names = input.UserAttributeNames
    const writable = ctx.client.client.settings.writeAttributes
    if (names.some((name) => !grantsAttribute(writable, name))) {
      ctx.fail('NotAuthorizedException', UNAUTHORIZED_WRITE)
    }
    const refusal = removalRefusal(ctx.pool.settings.schemaAttributes, names)
    if (refusal !== undefined) ctx.fail('InvalidParameterException', refusal)
    const change = await ctx.users.change(ctx.pool, ctx.caller.sub, {
      nowMs: ctx.nowMs,
      decide: (now) => withoutAttributes(now, names),
    })
    userOrThrow(change)
    return {}
  },
})
