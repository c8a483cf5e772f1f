import { poolPage } from '#app/paging.js'
import { operation } from '../operation.js'
import { toGroupShape } from './shape.js'

/** Lists the groups of a pool. */
export const ListGroups = operation({
  name: 'ListGroups',
  auth: 'iam',
  region: 'any',
  errors: [],
  async run(ctx, input) {
    const page = await poolPage(ctx, ctx.pool, {
      list: 'groups',
      limit: input.Limit,
      token: input.NextToken,
      read: (afterName, limit) => ctx.groups.page(ctx.pool, { afterName, limit }),
      keyOf: (group) => group.name,
    })
    if (page.kind === 'invalid-token') {
      return ctx.fail('InvalidParameterException', 'Invalid next token.')
    }
    return {
      Groups: page.items.map((group) => toGroupShape(ctx.pool.id, group)),
      NextToken: page.nextToken,
    }
  },
})
