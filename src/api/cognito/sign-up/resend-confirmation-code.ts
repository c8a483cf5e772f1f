import { resendSignUpCode } from '#app/accounts/send-code.js'
import { clientContext, typedName } from '../flow-context.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { toDeliveryShape } from '../users/user.js'

/** Sends the sign-up code again; the earlier one no longer counts. */
export const ResendConfirmationCode = operation(
  { name: 'ResendConfirmationCode', auth: 'public', region: 'primary' },
  async (ctx, input) => {
    const outcome = await resendSignUpCode(ctx, clientContext(ctx), typedName(input))
    return { CodeDeliveryDetails: toDeliveryShape(unwrap(outcome).delivery) }
  },
)
