import { clientContext } from '../flow-context.js'
import { operation } from '../operation.js'
import { signInResponse } from './outcome.js'

/** Begins a sign-in for an app client. */
export const InitiateAuth = operation(
  { name: 'InitiateAuth', auth: 'public', region: 'active' },
  async (ctx, input) => {
    const context = { ...clientContext(ctx), isAdmin: false }
    return signInResponse(
      await ctx.signIn.start(context, input.AuthFlow, input.AuthParameters ?? {}, input.Session),
      { 'mfa-method-absent': 'InvalidUserPoolConfigurationException' },
    )
  },
)
