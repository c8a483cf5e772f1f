import { operation } from '../operation.js'
import { requireUser } from '../users/user.js'
import { groupPage } from './group.js'

/** Lists the groups that a user is in. */
export const AdminListGroupsForUser = operation(
  { name: 'AdminListGroupsForUser', auth: 'iam', region: 'any' },
  async (ctx, input) => {
    const { sub } = await requireUser(ctx, input.Username)
    return groupPage(ctx, input, `groups-of:${sub}`, (page) =>
      ctx.groups.ofUser(ctx.pool, sub, page),
    )
  },
)
