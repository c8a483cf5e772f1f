import { poolPage } from '#app/paging.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'

/** Lists the app clients of a pool. */
export const ListUserPoolClients = operation(
  { name: 'ListUserPoolClients', auth: 'iam', region: 'any' },
  async (ctx, input) => {
    // Clients that registered themselves come with dynamic client registration; there are none.
    if (input.ClientType === 'DCR') return { UserPoolClients: [] }
    const page = unwrap(
      await poolPage(ctx, ctx.pool, {
        list: 'clients',
        limit: input.MaxResults,
        token: input.NextToken,
        read: (afterId, limit) => ctx.clients.page(ctx.pool, { afterId, limit }),
        keyOf: (client) => client.clientId,
      }),
    )
    return {
      UserPoolClients: page.items.map((client) => ({
        ClientId: client.clientId,
        UserPoolId: ctx.pool.id,
        ClientName: client.name,
      })),
      NextToken: page.nextToken,
    }
  },
)
