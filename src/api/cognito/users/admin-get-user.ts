import { operation } from '../operation.js'
import { mfaOptionsShape, mfaShape } from './mfa.js'
import { attributeList, requireUserWithFactors } from './user.js'

/** Describes a user. */
export const AdminGetUser = operation(
  { name: 'AdminGetUser', auth: 'iam', region: 'any' },
  async (ctx, input) => {
    const { user, factors } = await requireUserWithFactors(ctx, input.Username)
    return {
      Username: user.username,
      UserAttributes: attributeList(user),
      UserCreateDate: new Date(user.createdAtMs),
      UserLastModifiedDate: new Date(user.modifiedAtMs),
      Enabled: user.isEnabled,
      UserStatus: user.status,
      ...mfaOptionsShape(factors),
      ...mfaShape(factors),
    }
  },
)
