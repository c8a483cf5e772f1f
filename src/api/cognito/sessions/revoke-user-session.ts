import { revokeSession } from '#app/sessions/user-sessions.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'

// Sessions of the login pages, which LINKED would end as well, come with those pages.
/** Ends another session of the signed-in user, in every Region. */
export const RevokeUserSession = operation(
  { name: 'RevokeUserSession', auth: 'access-token', region: 'primary' },
  async (ctx, input) => {
    const { sub, originJti: current } = ctx.caller
    unwrap(await revokeSession(ctx.tokens, { pool: ctx.pool, sub, current }, input.SessionId))
    return {}
  },
)
