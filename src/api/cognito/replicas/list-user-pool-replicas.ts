import { operation } from '../operation.js'
import { toPrimaryShape, toReplicaShape } from './shape.js'

/** Lists the Regions of a pool, the primary last. All fit into one page. */
export const ListUserPoolReplicas = operation(
  { name: 'ListUserPoolReplicas', auth: 'iam', region: 'any' },
  async (ctx, input) => {
    if (input.NextToken !== undefined) {
      ctx.fail('InvalidParameterException', 'Invalid pagination token.')
    }
    const replicas = await ctx.replicas.list(ctx.pool)
    return {
      UserPoolReplicas: [
        ...replicas.map((replica) => toReplicaShape(ctx, ctx.pool, replica)),
        toPrimaryShape(ctx, ctx.pool),
      ],
    }
  },
)
