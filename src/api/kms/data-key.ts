// How long a data key is to be: by its spec or in bytes, one of the two.
import { KmsError } from '#kms/errors.js'

const LENGTHS: Readonly<Record<string, number>> = { AES_128: 16, AES_256: 32 }

export function dataKeyLength(input: {
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
