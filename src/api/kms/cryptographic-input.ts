// Members that the cryptographic operations have in common and that mean something only with
// asymmetric keys, grants or enclaves, none of which are here. Said clearly and not ignored.
import { KmsError } from '#kms/errors.js'

export interface CryptographicInput {
  readonly EncryptionAlgorithm?: string | undefined
  readonly GrantTokens?: readonly string[] | undefined
  readonly Recipient?: object | undefined
  readonly DryRunModifiers?: readonly string[] | undefined
}

export function refuseUnsupported(input: CryptographicInput): void {
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
export function endDryRun(input: { readonly DryRun?: boolean | undefined }): void {
  if (input.DryRun !== true) return
  throw new KmsError(
    'DryRunOperationException',
    'The request would have succeeded, but the DryRun option is set.',
  )
}
