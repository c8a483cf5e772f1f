import { requireState } from '#kms/key-state.js'
import { kmsOperation } from './operation.js'

export const UpdateKeyDescription = kmsOperation({
  name: 'UpdateKeyDescription',
  key: 'id',
  state: 'not-pending',
  async run(ctx, input) {
    await ctx.keys.change(ctx.key.id, (key) => {
      requireState(key, ctx.keyArn(key.id), 'not-pending')
      return { ...key, description: input.Description }
    })
    return {}
  },
})
