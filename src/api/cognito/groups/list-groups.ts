import { poolPage } from '#app/paging.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { toGroupShape } from './group.js'

/** Lists the groups of a pool. */
export const ListGroups = operation(
  { name: 'ListGroups', auth: 'iam', region: 'any' },
  async (ctx, input) => {
    const page = unwrap(
      await poolPage(ctx, ctx.pool, {
        list: 'groups',
        limit: input.Limit,
        token: input.NextToken,
        read: (afterName, limit) => ctx.groups.page(ctx.pool, { afterName, limit }),
        keyOf: (group) => group.name,
      }),
    )
    return {
      Groups: page.items.map((group) => toGroupShape(ctx.pool.id, group)),
      NextToken: page.nextToken,
    }
  },
)
