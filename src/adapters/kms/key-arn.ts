// Which key of this Region stands for a customer managed key. Pools name it by its ARN in their
// primary Region; a multi-Region key has the same ID in each of its Regions, and a single-Region
// key exists in its own only.
import { KeyRefusedError } from '#ports/keys.js'

const KEY_ARN = /^arn:(aws[a-z-]*):kms:([a-z0-9-]+):(\d{12}):key\/([0-9a-z-]+)$/

/** Throws KeyRefusedError for what is not a key's ARN, or a key of another Region only. */
export function localKeyArn(arn: string, region: string): string {
  const [, partition, keyRegion, accountId, keyId] = KEY_ARN.exec(arn) ?? []
  if (keyId === undefined) throw new KeyRefusedError('not-found', arn)
  if (keyRegion === region) return arn
  if (!keyId.startsWith('mrk-')) throw new KeyRefusedError('not-found', arn)
  return `arn:${partition}:kms:${region}:${accountId}:key/${keyId}`
}
