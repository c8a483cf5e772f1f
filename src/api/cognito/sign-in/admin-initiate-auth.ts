import { requireClient } from '../clients/require-client.js'
import { operation } from '../operation.js'
import { signInResponse } from './outcome.js'

/** Begins a sign-in on behalf of a user, from a trusted back end. */
export const AdminInitiateAuth = operation(
  { name: 'AdminInitiateAuth', auth: 'iam', region: 'active' },
  async (ctx, input) => {
    const resolved = await requireClient(ctx, input.ClientId)
    const party = { pool: ctx.pool, ...resolved, isAdmin: true, request: ctx.request }
    return signInResponse(await ctx.signIn.start(party, input.AuthFlow, input.AuthParameters ?? {}))
  },
)
