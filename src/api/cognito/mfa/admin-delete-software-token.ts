import { removeApp } from '#app/accounts/second-factors.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { requireUser } from '../users/user.js'

/** Takes a user's authenticator app away; the user may set one up anew. */
export const AdminDeleteSoftwareToken = operation(
  { name: 'AdminDeleteSoftwareToken', auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    unwrap(await removeApp(ctx, ctx.pool, await requireUser(ctx, input.Username)))
    return {}
  },
)
