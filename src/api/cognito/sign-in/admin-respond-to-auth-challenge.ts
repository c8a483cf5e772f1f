import { requireClient } from '../clients/client.js'
import { clientContext } from '../flow-context.js'
import { operation } from '../operation.js'
import { signInResponse } from './outcome.js'

/** Responds to a challenge on behalf of a user, from a trusted back end. */
export const AdminRespondToAuthChallenge = operation(
  { name: 'AdminRespondToAuthChallenge', auth: 'iam', region: 'active' },
  async (ctx, input) => {
    const { pool, request } = ctx
    const client = await requireClient(ctx, input.ClientId)
    const context = { ...clientContext({ pool, client, request }), isAdmin: true }
    const challenge = { name: input.ChallengeName, session: input.Session }
    const responses = input.ChallengeResponses ?? {}
    return signInResponse(await ctx.signIn.respond(context, challenge, responses))
  },
)
