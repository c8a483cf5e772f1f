import { updateAttributes } from '#app/accounts/attributes.js'
import { accountContext } from '../flow-context.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { attributesFrom, toDeliveryShape } from '../users/user.js'

/** Writes attributes of the signed-in user; a changed address gets a code to prove it. */
export const UpdateUserAttributes = operation(
  { name: 'UpdateUserAttributes', auth: 'access-token', region: 'primary' },
  async (ctx, input) => {
    const { user } = ctx.caller
    const writes = attributesFrom(input.UserAttributes)
    const writable = ctx.client.client.settings.writeAttributes
    const outcome = await updateAttributes(ctx, accountContext(ctx), user, {
      writes,
      writable,
      isAdmin: false,
    })
    // The operation has no LimitExceededException to give.
    const { deliveries } = unwrap(outcome, { 'too-many-codes': 'TooManyRequestsException' })
    return { CodeDeliveryDetailsList: deliveries.map(toDeliveryShape) }
  },
)
