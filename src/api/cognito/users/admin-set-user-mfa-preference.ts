import { setPreference } from '#app/accounts/second-factors.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { preferenceFrom } from './mfa.js'
import { requireUser } from './user.js'

/** Sets a user's second factors. */
export const AdminSetUserMFAPreference = operation(
  { name: 'AdminSetUserMFAPreference', auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    const user = await requireUser(ctx, input.Username)
    unwrap(await setPreference(ctx, ctx.pool, user, preferenceFrom(input)))
    return {}
  },
)
