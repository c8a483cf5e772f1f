import { inviteUser } from '#app/accounts/register.js'
import { accountContext } from '../flow-context.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { attributesFrom, toUserShape, validationDataFrom } from './user.js'

/** Creates a user with a temporary password, and invites the user unless told not to. */
export const AdminCreateUser = operation(
  { name: 'AdminCreateUser', auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    const outcome = await inviteUser(ctx, accountContext(ctx), {
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
      validationData: validationDataFrom(input.ValidationData),
    })
    const { user } = unwrap(outcome, { 'alias-exists': 'UsernameExistsException' })
    ctx.request.noteUser?.(user.sub)
    return { User: toUserShape(user) }
  },
)
