import { operation } from '../operation.js'
import { addressKind, takenAddress, unwrap } from './outcome.js'
import { attributesFrom, toUserShape } from './shape.js'

/** Creates a user with a temporary password, and invites the user unless told not to. */
export const AdminCreateUser = operation({
  name: 'AdminCreateUser',
  auth: 'iam',
  region: 'primary',
  errors: [
    'InvalidPasswordException',
    'PreconditionNotMetException',
    'UnsupportedUserStateException',
    'UserNotFoundException',
    'UsernameExistsException',
  ],
  async run(ctx, input) {
    const outcome = await ctx.registration.invite(ctx.pool, {
      username: input.Username,
      attributes: attributesFrom(input.UserAttributes),
      temporaryPassword: input.TemporaryPassword,
      forceAliasCreation: input.ForceAliasCreation ?? false,
      action:
        input.MessageAction === 'RESEND'
          ? 'RESEND'
          : input.MessageAction === 'SUPPRESS'
            ? 'SUPPRESS'
            : 'SEND',
      media: input.DesiredDeliveryMediums ?? [],
    })
    if (outcome.kind === 'refused' && outcome.reason === 'alias-exists') {
      ctx.fail('UsernameExistsException', 'An account with the email already exists.')
    }
    if (outcome.kind === 'refused' && outcome.reason === 'username-exists') {
      const takesAddresses = ctx.pool.settings.usernameAttributes.length > 0
      ctx.fail(
        'UsernameExistsException',
        takesAddresses ? takenAddress(addressKind(input.Username)) : 'User account already exists',
      )
    }
    return { User: toUserShape(unwrap(outcome).user) }
  },
})
