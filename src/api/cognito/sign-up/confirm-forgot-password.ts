import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { namedUser } from './named-user.js'

/** Sets a new password by the code of ForgotPassword. */
export const ConfirmForgotPassword = operation({
  name: 'ConfirmForgotPassword',
  auth: 'public',
  region: 'primary',
  errors: [
    'CodeMismatchException',
    'ExpiredCodeException',
    'InvalidPasswordException',
    'LimitExceededException',
    'PasswordHistoryPolicyViolationException',
    'UserNotFoundException',
  ],
  async run(ctx, input) {
    const named = await namedUser(ctx, input)
    const { ConfirmationCode: code, Password: password } = input
    const { sourceIp } = ctx
    unwrap(await ctx.recovery.confirmForgot(ctx.pool, named, { code, password, sourceIp }))
    return {}
  },
})
