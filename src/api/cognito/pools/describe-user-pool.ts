import { operation } from '../operation.js'
import { ownDomains, toUserPoolShape } from './shape.js'

/** Describes a user pool as the serving Region has it. */
export const DescribeUserPool = operation(
  { name: 'DescribeUserPool', auth: 'iam', region: 'any' },
  async (ctx) => {
    const [users, domains] = await Promise.all([
      ctx.userCounts.estimate(ctx.pool),
      ownDomains(ctx, ctx.pool),
    ])
    return {
      UserPool: toUserPoolShape(ctx.pool, { arn: ctx.poolArn(ctx.pool.id), users, domains }),
    }
  },
)
