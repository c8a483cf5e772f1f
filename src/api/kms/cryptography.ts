// Operations that encrypt and decrypt. Members that mean something only with asymmetric keys,
// grants or enclaves, none of which are here, are refused and not ignored.

import type { KmsInput } from '#contract/types.js'
import type { KeyRequest } from '#domain/iam/key-request.js'
import type { Ciphertext } from '#kms/ciphertext.js'
import {
  ALGORITHM,
  decryptUnder,
  encryptUnder,
  readCiphertext,
  requireEncryptedUnder,
} from '#kms/cryptography.js'
import { KmsError } from '#kms/errors.js'
import { requireState } from '#kms/key-state.js'
import type { KmsKey } from '#ports/kms.js'
import { type KmsContext, kmsOperation } from './operation.js'

interface CryptographicInput {
  readonly EncryptionAlgorithm?: string | undefined
  readonly GrantTokens?: readonly string[] | undefined
  readonly Recipient?: object | undefined
  readonly DryRunModifiers?: readonly string[] | undefined
}

function refuseUnsupported(input: CryptographicInput): void {
  const { EncryptionAlgorithm = 'SYMMETRIC_DEFAULT' } = input
  if (EncryptionAlgorithm !== 'SYMMETRIC_DEFAULT') {
    throw new KmsError(
      'InvalidKeyUsageException',
      `The algorithm ${EncryptionAlgorithm} is not one of a symmetric key.`,
    )
  }
  if ((input.GrantTokens ?? []).length > 0) {
    throw new KmsError('InvalidGrantTokenException', 'There are no grants here.')
  }
  if (input.Recipient !== undefined) {
    throw new KmsError('UnsupportedOperationException', 'Recipient is not supported.')
  }
  if ((input.DryRunModifiers ?? []).length > 0) {
    throw new KmsError('UnsupportedOperationException', 'DryRunModifiers are not supported.')
  }
}

/** Ends a call that was only a rehearsal, after everything was checked. */
function endDryRun(input: { readonly DryRun?: boolean | undefined }): void {
  if (input.DryRun !== true) return
  throw new KmsError(
    'DryRunOperationException',
    'The request would have succeeded, but the DryRun option is set.',
  )
}

const LENGTHS: Readonly<Record<string, number>> = { AES_128: 16, AES_256: 32 }

function dataKeyLength(input: {
  readonly KeySpec?: string | undefined
  readonly NumberOfBytes?: number | undefined
}): number {
  const { KeySpec: spec, NumberOfBytes: length } = input
  if ((spec === undefined) === (length === undefined)) {
    throw new KmsError('ValidationException', 'Please specify either number of bytes or key spec.')
  }
  const known = spec === undefined ? length : LENGTHS[spec]
  if (known === undefined) {
    throw new KmsError('ValidationException', `The key spec ${spec} is not supported.`)
  }
  return known
}

export const Encrypt = kmsOperation(
  { name: 'Encrypt', key: 'id-or-alias', state: 'enabled' },
  (ctx, input) => {
    refuseUnsupported(input)
    endDryRun(input)
    return {
      CiphertextBlob: encryptUnder(ctx, ctx.key, input.Plaintext, input.EncryptionContext),
      KeyId: ctx.keyArn(ctx.key.id),
      EncryptionAlgorithm: ALGORITHM,
    }
  },
)

export const Decrypt = kmsOperation(
  { name: 'Decrypt', key: 'none', state: 'any' },
  async (ctx, input) => {
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
)

/** Opens a ciphertext and seals it under another key or context; the plaintext stays inside. */
export const ReEncrypt = kmsOperation(
  { name: 'ReEncrypt', key: 'none', state: 'any' },
  async (ctx, input) => {
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
)

/** A new data key, and the same under the key of the call. */
function makeDataKey(
  ctx: KmsContext<'id-or-alias'>,
  input: KmsInput<'GenerateDataKey'> | KmsInput<'GenerateDataKeyWithoutPlaintext'>,
) {
  refuseUnsupported(input)
  const plaintext = ctx.random.bytes(dataKeyLength(input))
  endDryRun(input)
  return {
    CiphertextBlob: encryptUnder(ctx, ctx.key, plaintext, input.EncryptionContext),
    Plaintext: plaintext,
    KeyId: ctx.keyArn(ctx.key.id),
  }
}

export const GenerateDataKey = kmsOperation(
  { name: 'GenerateDataKey', key: 'id-or-alias', state: 'enabled' },
  (ctx, input) => {
    return makeDataKey(ctx, input)
  },
)

export const GenerateDataKeyWithoutPlaintext = kmsOperation(
  { name: 'GenerateDataKeyWithoutPlaintext', key: 'id-or-alias', state: 'enabled' },
  (ctx, input) => {
    const { Plaintext: _, ...made } = makeDataKey(ctx, input)
    return made
  },
)

async function findForCiphertext(
  ctx: KmsContext<'none'>,
  source: {
    readonly action: 'Decrypt' | 'ReEncryptFrom'
    readonly blob: Uint8Array
    readonly keyReference: string | undefined
    readonly values?: KeyRequest
  },
): Promise<{ readonly key: KmsKey; readonly ciphertext: Ciphertext }> {
  const asked = ctx.question(source.action)
  const question = { ...asked, values: { ...asked.values, ...source.values } }
  if (source.keyReference !== undefined) {
    const key = await ctx.access.find(question, source.keyReference, { aliases: true })
    requireState(key, ctx.keyArn(key.id), 'enabled')
    const ciphertext = readCiphertext(source.blob)
    requireEncryptedUnder(key, ciphertext)
    return { key, ciphertext }
  }
  const ciphertext = readCiphertext(source.blob)
  const key = await ctx.keys.find(ciphertext.keyId)
  if (key === undefined) throw unknownKey()
  ctx.access.authorise(question, key)
  requireState(key, ctx.keyArn(key.id), 'enabled')
  return { key, ciphertext }
}

function unknownKey(): KmsError {
  return new KmsError(
    'AccessDeniedException',
    'The ciphertext refers to a customer master key that does not exist, does not exist in this ' +
      'region, or you are not allowed to access.',
  )
}
