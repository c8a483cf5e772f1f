import { operation } from '../operation.js'
import { signInResponse } from './outcome.js'

/** Begins a sign-in for an app client. */
export const InitiateAuth = operation(
  { name: 'InitiateAuth', auth: 'public', region: 'active' },
  async (ctx, input) => {
    const party = { pool: ctx.pool, ...ctx.client, isAdmin: false, request: ctx.request }
    return signInResponse(await ctx.signIn.start(party, input.AuthFlow, input.AuthParameters ?? {}))
  },
)
