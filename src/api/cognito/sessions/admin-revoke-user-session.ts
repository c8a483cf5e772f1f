import { revokeSession } from '#app/sessions/user-sessions.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { requireUser } from '../users/user.js'

/** Ends a session of a user, in every Region. */
export const AdminRevokeUserSession = operation(
  { name: 'AdminRevokeUserSession', auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    const { sub } = await requireUser(ctx, input.Username)
    unwrap(await revokeSession(ctx.tokens, { pool: ctx.pool, sub }, input.SessionId))
    return {}
  },
)
