import { isRecoveryByAdminOnly } from '#domain/message/contact.js'
import { refused } from '#domain/refusal.js'
import { operation } from '../operation.js'
import { refusalError, unwrap } from '../refusals.js'
import { toDeliveryShape } from '../users/shape.js'
import { requestCode } from './send-code.js'

/** Sends a code with which a user who forgot the password chooses another. */
export const ForgotPassword = operation({
  name: 'ForgotPassword',
  auth: 'public',
  region: 'primary',
  errors: ['CodeDeliveryFailureException', 'LimitExceededException', 'UserNotFoundException'],
  async run(ctx, input) {
    if (isRecoveryByAdminOnly(ctx.pool.settings)) {
      throw refusalError(refused('recovery-by-admin-only'))
    }
    const request = { ...input, purpose: 'forgot-password' } as const
    const outcome = await requestCode(ctx, request, (user) => ctx.recovery.forgot(ctx.pool, user))
    return { CodeDeliveryDetails: toDeliveryShape(unwrap(outcome).delivery) }
  },
})
