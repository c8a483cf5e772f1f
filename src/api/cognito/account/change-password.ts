import { changePassword } from '#app/accounts/password.js'
import { clientContext } from '../flow-context.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'

/** Changes the password of the signed-in user, who must know the old one if there is one. */
export const ChangePassword = operation(
  { name: 'ChangePassword', auth: 'access-token', region: 'primary' },
  async (ctx, input) => {
    const outcome = await changePassword(ctx, ctx.pool, ctx.caller.user, {
      previous: input.PreviousPassword,
      proposed: input.ProposedPassword,
    })
    const response = outcome.kind === 'done' ? 'Pass' : 'Fail'
    const { sub } = ctx.caller.user
    ctx.threats.record(clientContext(ctx), 'PasswordChange', { sub, response })
    unwrap(outcome)
    return {}
  },
)
