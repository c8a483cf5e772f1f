import { required } from '#base/assert.js'
import { deletionAt, WINDOW_DAYS } from '#kms/deletion.js'
import { requireState } from '#kms/key-state.js'
import { kmsOperation } from './operation.js'

/** Ends the use of a key at once, and the key after a time in which the owner may think again. */
export const ScheduleKeyDeletion = kmsOperation({
  name: 'ScheduleKeyDeletion',
  key: 'id',
  state: 'not-pending',
  async run(ctx, input) {
    const days = input.PendingWindowInDays ?? WINDOW_DAYS
    const changed = await ctx.keys.change(ctx.key.id, (key) => {
      requireState(key, ctx.keyArn(key.id), 'not-pending')
      const isPrimary = key.multiRegion?.primaryRegion === ctx.region
      const waitsForReplicas = isPrimary && (key.multiRegion?.replicas ?? []).length > 0
      return {
        ...key,
        state: waitsForReplicas ? 'PendingReplicaDeletion' : 'PendingDeletion',
        deletionWindowDays: days,
        deletionAtMs: waitsForReplicas ? undefined : deletionAt(ctx.nowMs, days),
      }
    })
    const key = required(changed, 'key to delete')
    return {
      KeyId: ctx.keyArn(key.id),
      KeyState: key.state,
      DeletionDate: key.deletionAtMs === undefined ? undefined : new Date(key.deletionAtMs),
      PendingWindowInDays: days,
    }
  },
})
