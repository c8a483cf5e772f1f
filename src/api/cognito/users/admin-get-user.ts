import { operation } from '../operation.js'
import { attributeList, requireUser } from './user.js'

/** Describes a user. */
export const AdminGetUser = operation(
  { name: 'AdminGetUser', auth: 'iam', region: 'any' },
  async (ctx, input) => {
    const user = await requireUser(ctx, input.Username)
    return {
      Username: user.username,
      UserAttributes: attributeList(user),
      UserCreateDate: new Date(user.createdAtMs),
      UserLastModifiedDate: new Date(user.modifiedAtMs),
      Enabled: user.isEnabled,
      UserStatus: user.status,
    }
  },
)
