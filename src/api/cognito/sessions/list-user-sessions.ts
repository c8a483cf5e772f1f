import { listSessions } from '#app/sessions/user-sessions.js'
import { operation } from '../operation.js'
import { requireNoToken, toSessionShape } from './session.js'

/** Lists the sessions of the signed-in user. */
export const ListUserSessions = operation(
  { name: 'ListUserSessions', auth: 'access-token', region: 'primary' },
  async (ctx, input) => {
    requireNoToken(input.NextToken)
    const { sub, originJti: current } = ctx.caller
    const sessions = await listSessions(ctx.tokens, { pool: ctx.pool, sub, current })
    return { Sessions: sessions.map(toSessionShape) }
  },
)
