import { clientContext } from '../flow-context.js'
import { operation } from '../operation.js'
import { signInResponse } from './outcome.js'

/** Responds to a challenge of a sign-in for an app client. */
export const RespondToAuthChallenge = operation(
  { name: 'RespondToAuthChallenge', auth: 'public', region: 'active' },
  async (ctx, input) => {
    const context = { ...clientContext(ctx), isAdmin: false }
    const challenge = { name: input.ChallengeName, session: input.Session }
    const responses = input.ChallengeResponses ?? {}
    return signInResponse(await ctx.signIn.respond(context, challenge, responses))
  },
)
