import { operation } from '../operation.js'
import { requireUser } from '../users/user.js'
import { requireGroup } from './group.js'

/** Makes a user a member of a group; a member already is no error. */
export const AdminAddUserToGroup = operation(
  { name: 'AdminAddUserToGroup', auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    const user = await requireUser(ctx, input.Username)
    const group = await requireGroup(ctx, input.GroupName)
    await ctx.groups.addMember(ctx.pool, group.name, user.sub, ctx.nowMs)
    return {}
  },
)
