import { setPreference } from '#app/accounts/second-factors.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { preferenceFrom } from '../users/mfa.js'

/** Sets the signed-in user's second factors. */
export const SetUserMFAPreference = operation(
  { name: 'SetUserMFAPreference', auth: 'access-token', region: 'primary' },
  async (ctx, input) => {
    unwrap(await setPreference(ctx, ctx.pool, ctx.caller.user, preferenceFrom(input)))
    return {}
  },
)
