import { listSessions } from '#app/sessions/user-sessions.js'
import { operation } from '../operation.js'
import { requireUser } from '../users/user.js'
import { requireNoToken, toSessionShape } from './session.js'

/** Lists the sessions of a user. */
export const AdminListUserSessions = operation(
  { name: 'AdminListUserSessions', auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    requireNoToken(input.NextToken)
    const { sub } = await requireUser(ctx, input.Username)
    const sessions = await listSessions(ctx.tokens, { pool: ctx.pool, sub })
    return { Sessions: sessions.map(toSessionShape) }
  },
)
