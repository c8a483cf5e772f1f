// Enables, disables and deletes keys.

import { required } from '#base/assert.js'
import { deletionAt, WINDOW_DAYS } from '#kms/key-state.js'
import { changeKey, kmsOperation } from './operation.js'

export const EnableKey = kmsOperation(
  { name: 'EnableKey', key: 'id', state: 'not-pending' },
  async (ctx) => {
    await changeKey(ctx, (key) => ({ ...key, state: 'Enabled' }))
    return {}
  },
)

export const DisableKey = kmsOperation(
  { name: 'DisableKey', key: 'id', state: 'not-pending' },
  async (ctx) => {
    await changeKey(ctx, (key) => ({ ...key, state: 'Disabled' }))
    return {}
  },
)

/** Ends the use of a key at once, and the key after a time in which the owner may think again. */
export const ScheduleKeyDeletion = kmsOperation(
  { name: 'ScheduleKeyDeletion', key: 'id', state: 'not-pending' },
  async (ctx, input) => {
    const days = input.PendingWindowInDays ?? WINDOW_DAYS
    const changed = await changeKey(ctx, (key) => {
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
)

/** Takes a deletion back. The key stays disabled until its owner enables it. */
export const CancelKeyDeletion = kmsOperation(
  { name: 'CancelKeyDeletion', key: 'id', state: 'pending' },
  async (ctx) => {
    await changeKey(ctx, (key) => ({
      ...key,
      state: 'Disabled',
      deletionWindowDays: undefined,
      deletionAtMs: undefined,
    }))
    return { KeyId: ctx.keyArn(ctx.key.id) }
  },
)
