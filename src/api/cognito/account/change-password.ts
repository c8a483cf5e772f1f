import { changePassword } from '#app/accounts/password.js'
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
    unwrap(outcome)
    return {}
  },
)
