import { confirmSignUp } from '#app/accounts/confirm.js'
import { clientContext, typedName } from '../flow-context.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'

/** Confirms a sign-up by its code; a sign-in may go on from there. */
export const ConfirmSignUp = operation(
  { name: 'ConfirmSignUp', auth: 'public', region: 'primary' },
  async (ctx, input) => {
    const outcome = await confirmSignUp(ctx, clientContext(ctx), {
      ...typedName(input),
      code: input.ConfirmationCode,
      forceAliasCreation: input.ForceAliasCreation ?? false,
      session: input.Session,
    })
    return { Session: unwrap(outcome).session }
  },
)
