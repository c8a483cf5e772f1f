import { writeRefusal } from '#app/accounts/attribute-changes.js'
import { UNAUTHORIZED_WRITE } from '#domain/user/attributes.js'
import { operation } from '../operation.js'
import { ATTEMPT_LIMIT_MESSAGE, unwrap } from '../users/outcome.js'
import { attributesFrom, toDeliveryShape } from '../users/shape.js'

/** Writes attributes of the signed-in user; a changed address gets a code to prove it. */
export const UpdateUserAttributes = operation({
  name: 'UpdateUserAttributes',
  auth: 'access-token',
  region: 'primary',
  errors: ['AliasExistsException', 'CodeDeliveryFailureException', 'UserNotFoundException'],
  async run(ctx, input) {
    const { user } = ctx.caller
    const writes = attributesFrom(input.UserAttributes)
    const writable = ctx.client.client.settings.writeAttributes
    const refusal = writeRefusal(ctx.pool, user, { writes, writable, isAdmin: false })
    if (refusal === UNAUTHORIZED_WRITE) ctx.fail('NotAuthorizedException', refusal)
    if (refusal !== undefined) ctx.fail('InvalidParameterException', refusal)
    const outcome = await ctx.verification.updateAttributes(ctx.pool, user, {
      writes,
      isAdmin: false,
    })
    // The operation has no LimitExceededException to give.
    if (outcome.kind === 'refused' && outcome.reason === 'too-many-codes') {
      ctx.fail('TooManyRequestsException', ATTEMPT_LIMIT_MESSAGE)
    }
    return { CodeDeliveryDetailsList: unwrap(outcome).deliveries.map(toDeliveryShape) }
  },
})
