import { ALGORITHM, decryptUnder, encryptUnder } from '#kms/cryptography.js'
import { KmsError } from '#kms/errors.js'
import { requireState } from '#kms/key-state.js'
import { endDryRun, refuseUnsupported } from './cryptographic-input.js'
import { kmsOperation } from './operation.js'
import { findForCiphertext } from './source-key.js'

/** Opens a ciphertext and seals it under another key or context; the plaintext stays inside. */
export const ReEncrypt = kmsOperation({
  name: 'ReEncrypt',
  key: 'none',
  state: 'any',
  async run(ctx, input) {
    const { SourceEncryptionAlgorithm, DestinationEncryptionAlgorithm, ...common } = input
    for (const algorithm of [SourceEncryptionAlgorithm, DestinationEncryptionAlgorithm]) {
      refuseUnsupported({ ...common, EncryptionAlgorithm: algorithm })
    }
    if (input.CiphertextBlob === undefined) {
      throw new KmsError('ValidationException', 'CiphertextBlob must be given.')
    }
    const from = await findForCiphertext(ctx, {
      action: 'ReEncryptFrom',
      blob: input.CiphertextBlob,
      keyReference: input.SourceKeyId,
      values: { encryptionContext: input.SourceEncryptionContext },
    })
    const asked = ctx.question('ReEncryptTo')
    const values = { ...asked.values, encryptionContext: input.DestinationEncryptionContext }
    const accepts = { aliases: true }
    const to = await ctx.access.find({ ...asked, values }, input.DestinationKeyId, accepts)
    requireState(to, ctx.keyArn(to.id), 'enabled')
    const plaintext = decryptUnder(ctx, from.key, from.ciphertext, input.SourceEncryptionContext)
    endDryRun(input)
    return {
      CiphertextBlob: encryptUnder(ctx, to, plaintext, input.DestinationEncryptionContext),
      SourceKeyId: ctx.keyArn(from.key.id),
      KeyId: ctx.keyArn(to.id),
      SourceEncryptionAlgorithm: ALGORITHM,
      DestinationEncryptionAlgorithm: ALGORITHM,
    }
  },
})
