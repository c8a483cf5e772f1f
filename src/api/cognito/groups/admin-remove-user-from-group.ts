import { operation } from '../operation.js'
import { requireUser } from '../users/user.js'
import { requireGroup } from './group.js'

/** Ends a user's membership of a group; not being a member is no error. */
export const AdminRemoveUserFromGroup = operation(
  { name: 'AdminRemoveUserFromGroup', auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    const user = await requireUser(ctx, input.Username)
    const group = await requireGroup(ctx, input.GroupName)
    await ctx.groups.removeMember(ctx.pool, group.name, user.sub)
    return {}
  },
)
