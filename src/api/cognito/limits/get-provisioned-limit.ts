import { operation } from '../operation.js'
import { requireCategory, toLimitShape } from './limit.js'

/** Describes the request rate of a category, for this account in this Region. */
export const GetProvisionedLimit = operation(
  { name: 'GetProvisionedLimit', auth: 'iam', region: 'account' },
  async (ctx, input) => {
    const category = requireCategory(ctx, input.LimitDefinition)
    return { Limit: toLimitShape(category, await ctx.provisionedLimits.find(category)) }
  },
)
