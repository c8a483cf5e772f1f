import { setPreference } from '#app/accounts/second-factors.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { preferenceFromOptions } from '../users/mfa.js'

/** Turns codes by SMS on or off: the older form of SetUserMFAPreference. */
export const SetUserSettings = operation(
  { name: 'SetUserSettings', auth: 'access-token', region: 'primary' },
  async (ctx, input) => {
    const request = preferenceFromOptions(input.MFAOptions)
    unwrap(await setPreference(ctx, ctx.pool, ctx.caller.user, request))
    return {}
  },
)
