import { signUp } from '#app/accounts/register.js'
import { clientContext, typedName } from '../flow-context.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { attributesFrom, toDeliveryShape, validationDataFrom } from '../users/user.js'

/** Registers a user, who is UNCONFIRMED until the code that was sent comes back. */
export const SignUp = operation(
  { name: 'SignUp', auth: 'public', region: 'primary' },
  async (ctx, input) => {
    const outcome = await signUp(ctx, clientContext(ctx), {
      ...typedName(input),
      password: input.Password,
      attributes: attributesFrom(input.UserAttributes),
      validationData: validationDataFrom(input.ValidationData),
    })
    const { user, delivery, session } = unwrap(outcome, {
      'alias-exists': 'UsernameExistsException',
    })
    ctx.request.noteUser?.(user.sub)
    return {
      UserConfirmed: user.status === 'CONFIRMED',
      UserSub: user.sub,
      CodeDeliveryDetails: toDeliveryShape(delivery),
      Session: session,
    }
  },
)
