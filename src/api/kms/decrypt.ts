import { ALGORITHM, decryptUnder } from '#kms/cryptography.js'
import { KmsError } from '#kms/errors.js'
import { endDryRun, refuseUnsupported } from './cryptographic-input.js'
import { kmsOperation } from './operation.js'
import { findForCiphertext } from './source-key.js'

export const Decrypt = kmsOperation({
  name: 'Decrypt',
  key: 'none',
  state: 'any',
  async run(ctx, input) {
    refuseUnsupported(input)
    if (input.CiphertextBlob === undefined) {
      throw new KmsError('ValidationException', 'CiphertextBlob must be given.')
    }
    const { key, ciphertext } = await findForCiphertext(ctx, {
      action: 'Decrypt',
      blob: input.CiphertextBlob,
      keyReference: input.KeyId,
    })
    const plaintext = decryptUnder(ctx, key, ciphertext, input.EncryptionContext)
    endDryRun(input)
    return {
      KeyId: ctx.keyArn(key.id),
      Plaintext: plaintext,
      EncryptionAlgorithm: ALGORITHM,
    }
  },
})
