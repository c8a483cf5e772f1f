import { kmsOperation } from './operation.js'

/** Infrastructure tools ask this of every key. Keys are not rotated by time here. */
export const GetKeyRotationStatus = kmsOperation({
  name: 'GetKeyRotationStatus',
  key: 'id',
  state: 'not-pending',
  run(ctx) {
    return { KeyId: ctx.keyArn(ctx.key.id), KeyRotationEnabled: false }
  },
})
