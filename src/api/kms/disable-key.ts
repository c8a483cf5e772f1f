import { requireState } from '#kms/key-state.js'
import { kmsOperation } from './operation.js'

export const DisableKey = kmsOperation({
  name: 'DisableKey',
  key: 'id',
  state: 'not-pending',
  async run(ctx) {
    await ctx.keys.change(ctx.key.id, (key) => {
      requireState(key, ctx.keyArn(key.id), 'not-pending')
      return { ...key, state: 'Disabled' }
    })
    return {}
  },
})
