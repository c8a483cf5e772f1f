import { setPreference } from '#app/accounts/second-factors.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { preferenceFromOptions } from './mfa.js'
import { requireUser } from './user.js'

/** Turns a user's codes by SMS on or off: the older form of AdminSetUserMFAPreference. */
export const AdminSetUserSettings = operation(
  { name: 'AdminSetUserSettings', auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    const user = await requireUser(ctx, input.Username)
    unwrap(await setPreference(ctx, ctx.pool, user, preferenceFromOptions(input.MFAOptions)))
    return {}
  },
)
