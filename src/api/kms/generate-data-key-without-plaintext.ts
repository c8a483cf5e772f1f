import { encryptUnder } from '#kms/cryptography.js'
import { endDryRun, refuseUnsupported } from './cryptographic-input.js'
import { dataKeyLength } from './data-key.js'
import { kmsOperation } from './operation.js'

export const GenerateDataKeyWithoutPlaintext = kmsOperation({
  name: 'GenerateDataKeyWithoutPlaintext',
  key: 'id-or-alias',
  state: 'enabled',
  run(ctx, input) {
    refuseUnsupported(input)
    const plaintext = ctx.random.bytes(dataKeyLength(input))
    endDryRun(input)
    return {
      CiphertextBlob: encryptUnder(ctx, ctx.key, plaintext, input.EncryptionContext),
      KeyId: ctx.keyArn(ctx.key.id),
    }
  },
})
