import { operation } from '../operation.js'
import { tagsProblem } from './rules.js'

/** Adds tags to a pool in the serving Region, or replaces their values. */
export const TagResource = operation({
  name: 'TagResource',
  auth: 'iam',
  region: 'regional',
  errors: [],
  async run(ctx, input) {
    const tags = { ...ctx.pool.tags, ...input.Tags }
    const problem = tagsProblem(tags)
    if (problem !== undefined) ctx.fail('InvalidParameterException', problem)
    await ctx.regionalSettings.setTags(ctx.pool, tags)
    return {}
  },
})
