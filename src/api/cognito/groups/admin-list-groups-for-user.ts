import { poolPage } from '#app/paging.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { resolveUser } from '../users/resolve-user.js'
import { toGroupShape } from './shape.js'

/** Lists the groups that a user is in. */
export const AdminListGroupsForUser = operation({
  name: 'AdminListGroupsForUser',
  auth: 'iam',
  region: 'any',
  errors: ['UserNotFoundException'],
  async run(ctx, input) {
    const { sub } = await resolveUser(ctx, input.Username)
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
})
