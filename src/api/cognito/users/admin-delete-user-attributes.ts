import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { resolveUser } from './resolve-user.js'

/** Removes attributes of a user. */
export const AdminDeleteUserAttributes = operation({
  name: 'AdminDeleteUserAttributes',
  auth: 'iam',
  region: 'primary',
  errors: ['UserNotFoundException'],
  async run(ctx, input) {
    const user = await resolveUser(ctx, input.Username)
    const change = { names: input.UserAttributeNames, writable: undefined }
    unwrap(await ctx.verification.removeAttributes(ctx.pool, user, change))
    return {}
  },
})
