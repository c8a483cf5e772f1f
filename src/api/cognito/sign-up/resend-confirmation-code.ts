import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { toDeliveryShape } from '../users/shape.js'
import { requestCode } from './send-code.js'

/** Sends the sign-up code again; the earlier one no longer counts. */
export const ResendConfirmationCode = operation({
  name: 'ResendConfirmationCode',
  auth: 'public',
  region: 'primary',
  errors: ['CodeDeliveryFailureException', 'LimitExceededException', 'UserNotFoundException'],
  async run(ctx, input) {
    const request = { ...input, purpose: 'sign-up' } as const
    const outcome = await requestCode(ctx, request, (user) =>
      ctx.verification.resendSignUp(ctx.pool, user),
    )
    return { CodeDeliveryDetails: toDeliveryShape(unwrap(outcome).delivery) }
  },
})
