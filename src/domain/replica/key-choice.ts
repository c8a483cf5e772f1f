// Whether a key of the account can be the key of a user pool that shall have a replica, by what the
// KMS says of it. The service checks the same again; this is for those who choose. A page chooses:
// neither this file nor what it imports may need Node.js.
import { type JsonObject, objectMember, objectsMember, textMember } from '#base/json.js'

/** A key as those who choose see it. */
export interface KeyChoice {
  readonly arn: string
  readonly keyId: string
  /** The Regions that hold it, that of its primary key first. */
  readonly regions: readonly string[]
  /** Where it can be replicated from; undefined for a single-Region key. */
  readonly primaryRegion: string | undefined
  readonly description: string
  /** Why it cannot be chosen; undefined when it can. */
  readonly reason: string | undefined
}

/** `metadata`: KeyMetadata of DescribeKey, in the pool's primary Region. */
export function keyChoiceOf(metadata: JsonObject): KeyChoice {
  const arn = textMember(metadata, 'Arn') ?? ''
  const multiRegion = objectMember(metadata, 'MultiRegionConfiguration')
  const primaryRegion = textMember(objectMember(multiRegion, 'PrimaryKey'), 'Region')
  const replicas = objectsMember(multiRegion, 'ReplicaKeys').map((key) => textMember(key, 'Region'))
  const regions = [primaryRegion, ...replicas].filter((region) => region !== undefined)
  return {
    arn,
    keyId: textMember(metadata, 'KeyId') ?? '',
    regions: regions.length > 0 ? regions : [arn.split(':')[3] ?? ''],
    primaryRegion,
    description: textMember(metadata, 'Description') ?? '',
    reason: reasonAgainst(metadata),
  }
}

function reasonAgainst(metadata: JsonObject): string | undefined {
  const spec = textMember(metadata, 'KeySpec')
  if (textMember(metadata, 'KeyManager') === 'AWS') return 'It is managed by a service.'
  if (spec !== 'SYMMETRIC_DEFAULT' || textMember(metadata, 'KeyUsage') !== 'ENCRYPT_DECRYPT') {
    return 'It is not a symmetric encryption key.'
  }
  if (metadata['MultiRegion'] !== true) {
    return 'It is a single-Region key, and stays one; a replica needs a multi-Region key.'
  }
  const state = textMember(metadata, 'KeyState') ?? 'unknown'
  return state === 'Enabled' ? undefined : `Its state is ${state}.`
}
