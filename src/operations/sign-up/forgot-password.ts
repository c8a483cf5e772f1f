import { operation } from '../operation.js'
import { finished } from '../users/outcome.js'
import { toDeliveryShape } from '../users/shape.js'
import { decoyDelivery, demandSecretHash, hidesUsers } from './proof.js'

/** Sends a code with which a user who forgot the password chooses another. */
export const ForgotPassword = operation({
  name: 'ForgotPassword',
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
    const outcome = await ctx.recovery.forgot(ctx.pool, user)
    if (outcome.kind === 'refused') {
      // Who may be told that a user exists is told why no code was sent; others see a code "sent".
      if (hidesUsers(ctx.client)) {
        return { CodeDeliveryDetails: await decoyDelivery(ctx, input.Username) }
      }
      if (outcome.reason === 'unsupported-state') {
        ctx.fail('NotAuthorizedException', outcome.message)
      }
    }
    return { CodeDeliveryDetails: toDeliveryShape(finished(outcome).delivery) }
  },
})
