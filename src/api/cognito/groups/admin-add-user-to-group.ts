import { operation } from '../operation.js'
import { GROUPS_PER_USER_MAX } from '../quotas.js'
import { requireUser } from '../users/user.js'
import { requireGroup } from './group.js'

/** Makes a user a member of a group; a member already is no error. */
export const AdminAddUserToGroup = operation(
  { name: 'AdminAddUserToGroup', auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    const user = await requireUser(ctx, input.Username)
    const group = await requireGroup(ctx, input.GroupName)
    const membership = { sub: user.sub, name: group.name }
    await ctx.unitOfWork.run(async ({ groups, quotaCounts }) => {
      if (await quotaCounts.groupsOfUserReach(ctx.pool, membership, GROUPS_PER_USER_MAX)) {
        // The operation has no LimitExceededException to give.
        ctx.fail(
          'InvalidParameterException',
          `A user can be in ${GROUPS_PER_USER_MAX} groups at most.`,
        )
      }
      await groups.addMember(ctx.pool, group.name, user.sub, ctx.nowMs)
    })
    return {}
  },
)
