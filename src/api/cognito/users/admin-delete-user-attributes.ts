import { withoutAttributes } from '#app/accounts/attribute-changes.js'
import { removalRefusal } from '#domain/user/attributes.js'
import { operation } from '../operation.js'
import { userOrThrow } from './changed-user.js'
import { resolveUser } from './resolve-user.js'

/** Removes attributes of a user. */
export const AdminDeleteUserAttributes = operation({
  name: 'AdminDeleteUserAttributes',
  auth: 'iam',
  region: 'primary',
  errors: ['UserNotFoundException'],
  async run(ctx, input) {
    const user = await resolveUser(ctx, input.Username)
    const refusal = removalRefusal(ctx.pool.settings.schemaAttributes, input.UserAttributeNames)
    if (refusal !== undefined) ctx.fail('InvalidParameterException', refusal)
    const change = await ctx.users.change(ctx.pool, user.sub, {
      nowMs: ctx.nowMs,
      decide: (now) => withoutAttributes(now, input.UserAttributeNames),
    })
    userOrThrow(change)
    return {}
  },
})
