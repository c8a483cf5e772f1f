import { operation } from '../operation.js'
import { finished } from '../users/outcome.js'
import { demandSecretHash, hidesUsers } from './proof.js'

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
    await demandSecretHash(ctx, input.Username, input.SecretHash)
    const user = await ctx.users.find(ctx.pool, input.Username)
    if (user === undefined && !hidesUsers(ctx.client)) {
      ctx.fail('UserNotFoundException', 'Username/client id combination not found.')
    }
    const { ConfirmationCode: code, Password: password } = input
    finished(await ctx.recovery.confirmForgot(ctx.pool, user, { code, password }))
    return {}
  },
})
