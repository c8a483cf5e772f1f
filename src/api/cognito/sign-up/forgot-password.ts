import { forgotPassword } from '#app/accounts/send-code.js'
import { clientContext, typedName } from '../flow-context.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { toDeliveryShape } from '../users/user.js'

/** Sends a code with which a user who forgot the password chooses another. */
export const ForgotPassword = operation(
  { name: 'ForgotPassword', auth: 'public', region: 'primary' },
  async (ctx, input) => {
    const outcome = await forgotPassword(ctx, clientContext(ctx), typedName(input))
    return { CodeDeliveryDetails: toDeliveryShape(unwrap(outcome).delivery) }
  },
)
