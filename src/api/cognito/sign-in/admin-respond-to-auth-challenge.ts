import { requireClient } from '../clients/require-client.js'
import { operation } from '../operation.js'
import { signInResponse } from './outcome.js'

/** Answers a challenge on behalf of a user, from a trusted back end. */
export const AdminRespondToAuthChallenge = operation(
  { name: 'AdminRespondToAuthChallenge', auth: 'iam', region: 'active' },
  async (ctx, input) => {
    const resolved = await requireClient(ctx, input.ClientId)
    const party = { pool: ctx.pool, ...resolved, isAdmin: true, request: ctx.request }
    const challenge = { name: input.ChallengeName, session: input.Session }
    const responses = input.ChallengeResponses ?? {}
    return signInResponse(await ctx.signIn.respond(party, challenge, responses))
  },
)
