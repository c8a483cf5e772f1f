import { UNAUTHORIZED_WRITE } from '#domain/user/attributes.js'
import type { User } from '#domain/user/user.js'
import { withWrites, writeRefusal } from '#flows/users/attribute-changes.js'
import { operation } from '../operation.js'
import { changedUser } from '../users/changed-user.js'
import { finished } from '../users/outcome.js'
import { attributesFrom, toDeliveryShape } from '../users/shape.js'

/** Writes attributes of the signed-in user; a changed address gets a code to prove it. */
export const UpdateUserAttributes = operation({
  name: 'UpdateUserAttributes',
  auth: 'access-token',
  region: 'primary',
  errors: ['AliasExistsException', 'CodeDeliveryFailureException', 'UserNotFoundException'],
  async run(ctx, input) {
    const before = ctx.caller.user
    const writes = attributesFrom(input.UserAttributes)
    const writable = ctx.client.client.settings.writeAttributes
    const refusal = writeRefusal(ctx.pool, before, { writes, writable, isAdmin: false })
    if (refusal === UNAUTHORIZED_WRITE) ctx.fail('NotAuthorizedException', refusal)
    if (refusal !== undefined) ctx.fail('InvalidParameterException', refusal)
    const user = changedUser(
      await ctx.users.change(ctx.pool, before.sub, {
        nowMs: ctx.nowMs,
        decide: (now) => withWrites(now, writes),
      }),
    )
    const deliveries = []
    for (const name of unprovenAddresses(ctx.pool.settings.autoVerifiedAttributes, before, user)) {
      const { verification } = ctx
      const sent = await verification.sendAttributeCode(ctx.pool, user, name, 'UpdateUserAttribute')
      deliveries.push(toDeliveryShape(finished(sent).delivery))
    }
    return { CodeDeliveryDetailsList: deliveries.filter((details) => details !== undefined) }
  },
})

/** Addresses that changed and that the pool verifies by itself. */
function unprovenAddresses(autoVerified: readonly string[], before: User, after: User) {
  return (['email', 'phone_number'] as const).filter(
    (name) =>
      autoVerified.includes(name) &&
      after.attributes[name] !== undefined &&
      after.attributes[name] !== before.attributes[name],
  )
}
