import { sendAttributeCode } from '#app/accounts/send-code.js'
import { accountContext } from '../flow-context.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { toDeliveryShape } from '../users/user.js'

/** Sends the signed-in user a code that proves an address. */
export const GetUserAttributeVerificationCode = operation(
  { name: 'GetUserAttributeVerificationCode', auth: 'access-token', region: 'primary' },
  async (ctx, input) => {
    const { user } = ctx.caller
    const sent = await sendAttributeCode(ctx, accountContext(ctx), user, input.AttributeName)
    return { CodeDeliveryDetails: toDeliveryShape(unwrap(sent).delivery) }
  },
)
