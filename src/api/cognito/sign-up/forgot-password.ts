import { isRecoveryByAdminOnly } from '#app/accounts/contact.js'
import { operation } from '../operation.js'
import { unwrap } from '../users/outcome.js'
import { toDeliveryShape } from '../users/shape.js'
import { requestCode } from './send-code.js'

/** Sends a code with which a user who forgot the password chooses another. */
export const ForgotPassword = operation({
  name: 'ForgotPassword',
  auth: 'public',
  region: 'primary',
  errors: ['CodeDeliveryFailureException', 'LimitExceededException', 'UserNotFoundException'],
  async run(ctx, input) {
    // Cognito: moto #4469, 2021-10.
    if (isRecoveryByAdminOnly(ctx.pool.settings)) {
      ctx.fail('NotAuthorizedException', 'Contact administrator to reset password.')
    }
    const request = { ...input, purpose: 'forgot-password' } as const
    const outcome = await requestCode(ctx, request, (user) => ctx.recovery.forgot(ctx.pool, user))
    return { CodeDeliveryDetails: toDeliveryShape(unwrap(outcome).delivery) }
  },
})
