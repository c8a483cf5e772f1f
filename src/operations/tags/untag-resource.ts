import { operation } from '../operation.js'

/** Takes tags from a pool in the serving Region; absent ones are no error. */
export const UntagResource = operation({
  name: 'UntagResource',
  auth: 'iam',
  region: 'regional',
  errors: [],
  async run(ctx, input) {
    const kept = Object.entries(ctx.pool.tags).filter(([key]) => !input.TagKeys.includes(key))
    await ctx.regionalSettings.setTags(ctx.pool, Object.fromEntries(kept))
    return {}
  },
})
