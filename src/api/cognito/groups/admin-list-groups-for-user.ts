import { poolPage } from '#app/paging.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { requireUser } from '../users/user.js'
import { toGroupShape } from './group.js'

/** Lists the groups that a user is in. */
export const AdminListGroupsForUser = operation(
  { name: 'AdminListGroupsForUser', auth: 'iam', region: 'any' },
  async (ctx, input) => {
    const { sub } = await requireUser(ctx, input.Username)
    const page = unwrap(
      await poolPage(ctx, ctx.pool, {
        list: `groups-of:${sub}`,
        limit: input.Limit,
        token: input.NextToken,
        read: (afterName, limit) => ctx.groups.ofUser(ctx.pool, sub, { afterName, limit }),
        keyOf: (group) => group.name,
      }),
    )
    return {
      Groups: page.items.map((group) => toGroupShape(ctx.pool.id, group)),
      NextToken: page.nextToken,
    }
  },
)
