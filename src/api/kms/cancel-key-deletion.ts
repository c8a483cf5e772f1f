import { requireState } from '#kms/key-state.js'
import { kmsOperation } from './operation.js'

/** Takes a deletion back. The key stays disabled until its owner enables it. */
export const CancelKeyDeletion = kmsOperation({
  name: 'CancelKeyDeletion',
  key: 'id',
  state: 'pending',
  async run(ctx) {
    await ctx.keys.change(ctx.key.id, (key) => {
      requireState(key, ctx.keyArn(key.id), 'pending')
      return { ...key, state: 'Disabled', deletionWindowDays: undefined, deletionAtMs: undefined }
    })
    return { KeyId: ctx.keyArn(ctx.key.id) }
  },
})
