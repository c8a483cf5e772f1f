import { operation } from '../operation.js'
import { finished } from '../users/outcome.js'
import { toDeliveryShape } from '../users/shape.js'
import { decoyDelivery, demandSecretHash, hidesUsers } from './proof.js'

/** Sends the sign-up code again; the earlier one no longer counts. */
export const ResendConfirmationCode = operation({
  name: 'ResendConfirmationCode',
  auth: 'public',
  region: 'primary',
  errors: ['CodeDeliveryFailureException', 'LimitExceededException', 'UserNotFoundException'],
  async run(ctx, input) {
    await demandSecretHash(ctx, input.Username, input.SecretHash)
    const user = await ctx.users.find(ctx.pool, input.Username)
    if (user === undefined) {
      if (hidesUsers(ctx.client)) {
        return { CodeDeliveryDetails: await decoyDelivery(ctx, input.Username) }
      }
      return ctx.fail('UserNotFoundException', 'Username/client id combination not found.')
    }
    const outcome = await ctx.verification.resendSignUp(ctx.pool, user)
    if (outcome.kind === 'refused' && outcome.reason === 'no-contact') {
      ctx.fail('InvalidParameterException', 'Cannot resend codes. Auto verification not turned on.')
    }
    return { CodeDeliveryDetails: toDeliveryShape(finished(outcome).delivery) }
  },
})
