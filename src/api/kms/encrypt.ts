import { ALGORITHM, encryptUnder } from '#kms/cryptography.js'
import { endDryRun, refuseUnsupported } from './cryptographic-input.js'
import { kmsOperation } from './operation.js'

export const Encrypt = kmsOperation({
  name: 'Encrypt',
  key: 'id-or-alias',
  state: 'enabled',
  run(ctx, input) {
    refuseUnsupported(input)
    endDryRun(input)
    return {
      CiphertextBlob: encryptUnder(ctx, ctx.key, input.Plaintext, input.EncryptionContext),
      KeyId: ctx.keyArn(ctx.key.id),
      EncryptionAlgorithm: ALGORITHM,
    }
  },
})
