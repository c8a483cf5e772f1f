import { writeRefusal } from '#app/accounts/attribute-changes.js'
import { operation } from '../operation.js'
import { unwrap } from './outcome.js'
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
    const refusal = writeRefusal(ctx.pool, user, { writes, writable: undefined, isAdmin: true })
    if (refusal !== undefined) ctx.fail('InvalidParameterException', refusal)
    const outcome = await ctx.verification.updateAttributes(ctx.pool, user, {
      writes,
      isAdmin: true,
    })
    unwrap(outcome)
    return {}
  },
})
