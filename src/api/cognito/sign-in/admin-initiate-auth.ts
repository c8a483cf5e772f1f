import { requireClient } from '../clients/client.js'
import { clientContext } from '../flow-context.js'
import { operation } from '../operation.js'
import { signInResponse } from './outcome.js'

/** Begins a sign-in on behalf of a user, from a trusted back end. */
export const AdminInitiateAuth = operation(
  { name: 'AdminInitiateAuth', auth: 'iam', region: 'active' },
  async (ctx, input) => {
    const { pool, request } = ctx
    const client = await requireClient(ctx, input.ClientId)
    const context = { ...clientContext({ pool, client, request }), isAdmin: true }
    return signInResponse(
      await ctx.signIn.start(context, input.AuthFlow, input.AuthParameters ?? {}, input.Session),
    )
  },
)
