import { requireState } from '#kms/key-state.js'
import { kmsOperation } from './operation.js'
import { withoutTags } from './tags.js'

export const UntagResource = kmsOperation({
  name: 'UntagResource',
  key: 'id',
  state: 'not-pending',
  async run(ctx, input) {
    await ctx.keys.change(ctx.key.id, (key) => {
      requireState(key, ctx.keyArn(key.id), 'not-pending')
      return { ...key, tags: withoutTags(key.tags, input.TagKeys) }
    })
    return {}
  },
})
