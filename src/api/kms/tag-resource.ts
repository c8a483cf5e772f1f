import { requireState } from '#kms/key-state.js'
import { kmsOperation } from './operation.js'
import { withTags } from './tags.js'

export const TagResource = kmsOperation({
  name: 'TagResource',
  key: 'id',
  state: 'not-pending',
  async run(ctx, input) {
    await ctx.keys.change(ctx.key.id, (key) => {
      requireState(key, ctx.keyArn(key.id), 'not-pending')
      return { ...key, tags: withTags(key.tags, input.Tags) }
    })
    return {}
  },
})
