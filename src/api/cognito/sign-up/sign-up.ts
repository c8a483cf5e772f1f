import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { attributesFrom, toDeliveryShape } from '../users/shape.js'
import { requireSecretHash } from './named-user.js'

/** Registers a user, who is UNCONFIRMED until the code that was sent comes back. */
export const SignUp = operation({
  name: 'SignUp',
  auth: 'public',
  region: 'primary',
  errors: ['InvalidPasswordException', 'UsernameExistsException'],
  async run(ctx, input) {
    await requireSecretHash(ctx, input.Username, input.SecretHash)
    if (input.Password === undefined) {
      return ctx.fail('InvalidParameterException', 'Password is required.')
    }
    const outcome = await ctx.registration.signUp(ctx.pool, ctx.client.client, {
      username: input.Username,
      password: input.Password,
      attributes: attributesFrom(input.UserAttributes),
    })
    const { user, delivery } = unwrap(outcome, { 'alias-exists': 'UsernameExistsException' })
    return {
      UserConfirmed: user.status === 'CONFIRMED',
      UserSub: user.sub,
      CodeDeliveryDetails: toDeliveryShape(delivery),
    }
  },
})
