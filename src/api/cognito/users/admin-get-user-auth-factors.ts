import { operation } from '../operation.js'
import { authFactorsShape } from './auth-factors.js'
import { requireUser } from './user.js'

/** Describes with what a user may sign in. */
export const AdminGetUserAuthFactors = operation(
  { name: 'AdminGetUserAuthFactors', auth: 'iam', region: 'primary' },
  async (ctx, input) => authFactorsShape(ctx, await requireUser(ctx, input.Username)),
)
