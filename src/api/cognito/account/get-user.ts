import { grantsAttribute } from '#domain/user/attribute-grants.js'
import { operation } from '../operation.js'
import { mfaOptionsShape, mfaShape } from '../users/mfa.js'
import { attributeList } from '../users/user.js'

/** Describes the signed-in user, as far as the app client may read. */
export const GetUser = operation(
  { name: 'GetUser', auth: 'access-token', region: 'active' },
  (ctx) => {
    const { user, factors } = ctx.caller
    const { readAttributes } = ctx.client.client.settings
    const readable =
      readAttributes &&
      Object.keys(user.attributes).filter((name) => grantsAttribute(readAttributes, name))
    return {
      Username: user.username,
      UserAttributes: attributeList(user, readable && ['sub', ...readable]),
      ...mfaOptionsShape(factors),
      ...mfaShape(factors),
    }
  },
)
