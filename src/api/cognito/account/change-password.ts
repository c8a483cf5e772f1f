import { changePassword } from '#app/accounts/password.js'
import { recordedAs } from '#app/accounts/services.js'
import { clientContext } from '../flow-context.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'

/** Changes the password of the signed-in user, who must know the old one if there is one. */
export const ChangePassword = operation(
  { name: 'ChangePassword', auth: 'access-token', region: 'primary' },
  async (ctx, { PreviousPassword: previous, ProposedPassword: proposed }) => {
    const { threats, pool, caller } = ctx
    const { user } = caller
    const context = clientContext(ctx)
    const known = await threats.passwordRisk(context, proposed, 'PASSWORD_CHANGE')
    const { isCompromised, refusal } = known
    const outcome = refusal ?? (await changePassword(ctx, pool, user, { previous, proposed }))
    const response = recordedAs(outcome)
    const { sub, username } = user
    threats.record(context, 'PasswordChange', { sub, username, response, isCompromised })
    unwrap(outcome)
    return {}
  },
)
