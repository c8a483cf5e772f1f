import { poolPage } from '#app/paging.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { toResourceServerShape } from './resource-server.js'

const LIMIT_DEFAULT = 50

/** Lists the resource servers of a pool. */
export const ListResourceServers = operation(
  { name: 'ListResourceServers', auth: 'iam', region: 'any' },
  async (ctx, input) => {
    const page = unwrap(
      await poolPage(ctx, ctx.pool, {
        list: 'resource-servers',
        limit: input.MaxResults,
        limitDefault: LIMIT_DEFAULT,
        token: input.NextToken,
        read: (afterId, limit) => ctx.resourceServers.page(ctx.pool, { afterId, limit }),
        keyOf: (server) => server.identifier,
      }),
    )
    return {
      ResourceServers: page.items.map((server) => toResourceServerShape(ctx.pool.id, server)),
      NextToken: page.nextToken,
    }
  },
)
