import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { resolveUser } from './resolve-user.js'
import { attributesFrom } from './shape.js'

/** Writes attributes of a user; an administrator may also say that an address is verified. */
export const AdminUpdateUserAttributes = operation({
  name: 'AdminUpdateUserAttributes',
  auth: 'iam',
  region: 'primary',
  errors: ['AliasExistsException', 'UserNotFoundException'],
  async run(ctx, input) {
    const user = await resolveUser(ctx, input.Username)
    const writes = attributesFrom(input.UserAttributes)
    const change = { writes, writable: undefined, isAdmin: true }
    unwrap(await ctx.verification.updateAttributes(ctx.pool, user, change))
    return {}
  },
})
