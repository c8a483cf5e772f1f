import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { resolveUser } from './resolve-user.js'

/** Confirms a sign-up without its code. */
export const AdminConfirmSignUp = operation({
  name: 'AdminConfirmSignUp',
  auth: 'iam',
  region: 'primary',
  errors: ['UserNotFoundException'],
  async run(ctx, input) {
    const user = await resolveUser(ctx, input.Username)
    unwrap(await ctx.verification.confirmByAdmin(ctx.pool, user))
    return {}
  },
})
