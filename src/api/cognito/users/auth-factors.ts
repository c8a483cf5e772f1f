// With what a user may sign in, on the wire.

import type { UserReader } from '#app/accounts/user-records.js'
import type { User } from '#domain/user/user.js'
import type { Pool } from '#ports/capability.js'
import { errorFor } from '../refusals.js'
import { mfaShape } from './mfa.js'

// Cognito: API reference, GetUserAuthFactors (factors of choice-based sign-in), 2026.
/** What GetUserAuthFactors and AdminGetUserAuthFactors describe. */
export async function authFactorsShape(
  ctx: { readonly users: UserReader; readonly pool: Pool },
  { sub }: Pick<User, 'sub'>,
) {
  const record = await ctx.users.findAuthRecord(ctx.pool, { sub })
  if (record === undefined) throw errorFor('user-absent')
  const { user, credential, factors } = record
  const { allowedFirstAuthFactors: allowed = [] } = ctx.pool.settings.signInPolicy
  const configured = [
    credential !== undefined && 'PASSWORD',
    allowed.includes('EMAIL_OTP') && user.attributes['email'] && 'EMAIL_OTP',
    allowed.includes('SMS_OTP') && user.attributes['phone_number'] && 'SMS_OTP',
    factors.passkeyCount !== undefined && 'WEB_AUTHN',
    factors.softwareToken !== undefined && 'SOFTWARE_TOKEN',
  ]
  return {
    Username: user.username,
    ...mfaShape(factors),
    ConfiguredUserAuthFactors: configured.filter(
      (factor) => typeof factor === 'string' && factor,
    ) as [],
  }
}
