import { resetPassword } from '#app/accounts/password.js'
import { clientContext, typedName } from '../flow-context.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'

/** Sets a new password by the code of ForgotPassword. */
export const ConfirmForgotPassword = operation(
  { name: 'ConfirmForgotPassword', auth: 'public', region: 'primary' },
  async (ctx, input) => {
    const { ConfirmationCode: code, Password: password } = input
    const request = { ...typedName(input), code, password }
    unwrap(await resetPassword(ctx, clientContext(ctx), request))
    return {}
  },
)
