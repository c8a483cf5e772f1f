import { operation } from '../operation.js'
import { resolveUser } from '../users/resolve-user.js'
import { resolveGroup } from './resolve-group.js'

/** Ends a user's membership of a group; not being a member is no error. */
export const AdminRemoveUserFromGroup = operation({
  name: 'AdminRemoveUserFromGroup',
  auth: 'iam',
  region: 'primary',
  errors: ['UserNotFoundException'],
  async run(ctx, input) {
    const user = await resolveUser(ctx, input.Username)
    const group = await resolveGroup(ctx, input.GroupName)
    await ctx.groups.removeMember(ctx.pool, group.name, user.sub)
    return {}
  },
})
