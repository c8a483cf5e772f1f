import { poolPage } from '#app/paging.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { toUserShape } from '../users/user.js'
import { requireGroup } from './group.js'

/** Lists the members of a group. */
export const ListUsersInGroup = operation(
  { name: 'ListUsersInGroup', auth: 'iam', region: 'any' },
  async (ctx, input) => {
    const group = await requireGroup(ctx, input.GroupName)
    const page = unwrap(
      await poolPage(ctx, ctx.pool, {
        list: `members-of:${group.name}`,
        limit: input.Limit,
        token: input.NextToken,
        read: (afterSub, limit) => ctx.groups.members(ctx.pool, group.name, { afterSub, limit }),
        keyOf: (row) => row.sub,
      }),
    )
    const users = await ctx.users.openRows(ctx.pool, page.items)
    return { Users: users.map((user) => toUserShape(user)), NextToken: page.nextToken }
  },
)
