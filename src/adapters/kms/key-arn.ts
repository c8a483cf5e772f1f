// Which key of this Region stands for a customer managed key. Pools name it by its ARN in their
// primary Region; a multi-Region key has the same ID in each of its Regions, and a single-Region
// key exists in its own only.
import { isMultiRegionKeyId, keyArnIn, parseKeyArn } from '#domain/arn.js'
import { KeyRefusedError } from '#ports/keys.js'

/** Throws KeyRefusedError for what is not a key's ARN, or a key of another Region only. */
export function localKeyArn(arn: string, region: string): string {
  const key = parseKeyArn(arn)
  if (key?.region === region) return arn
  if (key === undefined || !isMultiRegionKeyId(key.keyId)) {
    throw new KeyRefusedError('not-found', arn)
  }
  return keyArnIn(region, arn)
}
