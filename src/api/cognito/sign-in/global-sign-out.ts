import { signOutMs } from '#domain/token/session-id.js'
import { operation } from '../operation.js'

/** Ends all sessions of the signed-in user, in every Region. */
export const GlobalSignOut = operation(
  { name: 'GlobalSignOut', auth: 'access-token', region: 'active' },
  async (ctx) => {
    await ctx.signOuts.add(ctx.pool, ctx.caller.sub, signOutMs(ctx.nowMs, ctx.caller.originJti))
    return {}
  },
)
