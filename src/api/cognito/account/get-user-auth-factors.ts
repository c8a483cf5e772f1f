import { operation } from '../operation.js'
import { authFactorsShape } from '../users/auth-factors.js'

/** Describes with what the signed-in user may sign in. */
export const GetUserAuthFactors = operation(
  { name: 'GetUserAuthFactors', auth: 'access-token', region: 'active' },
  (ctx) => authFactorsShape(ctx, ctx.caller),
)
