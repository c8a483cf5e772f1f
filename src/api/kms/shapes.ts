// Keys and aliases as the API shows them.
import type { KmsOutput } from '#contract/types.js'
import { type ArnScope, aliasArn, keyArn } from '#domain/arn.js'
import type { KmsAlias, KmsKey } from '#ports/kms.js'

type KeyMetadata = NonNullable<KmsOutput<'DescribeKey'>['KeyMetadata']>
type AliasEntry = NonNullable<KmsOutput<'ListAliases'>['Aliases']>[number]

export function keyMetadata(scope: ArnScope, key: KmsKey): KeyMetadata {
  return {
    AWSAccountId: scope.accountId,
    KeyId: key.id,
    Arn: keyArn(scope, key.id),
    CreationDate: new Date(key.createdAtMs),
    Enabled: key.state === 'Enabled',
    Description: key.description,
    KeyUsage: 'ENCRYPT_DECRYPT',
    KeyState: key.state,
    DeletionDate: key.deletionAtMs === undefined ? undefined : new Date(key.deletionAtMs),
    // Shown while the moment is not known yet.
    PendingDeletionWindowInDays:
      key.state === 'PendingReplicaDeletion' ? key.deletionWindowDays : undefined,
    Origin: 'AWS_KMS',
    KeyManager: 'CUSTOMER',
    CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
    KeySpec: 'SYMMETRIC_DEFAULT',
    EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
    MultiRegion: key.multiRegion !== undefined,
    MultiRegionConfiguration: multiRegionConfiguration(scope, key),
  }
}

function multiRegionConfiguration(
  { region, accountId }: ArnScope,
  { id, multiRegion }: KmsKey,
): KeyMetadata['MultiRegionConfiguration'] {
  if (multiRegion === undefined) return undefined
  const member = (of: string) => ({ Arn: keyArn({ region: of, accountId }, id), Region: of })
  return {
    MultiRegionKeyType: multiRegion.primaryRegion === region ? 'PRIMARY' : 'REPLICA',
    PrimaryKey: member(multiRegion.primaryRegion),
    ReplicaKeys: multiRegion.replicas
      .filter((replica) => replica.isConfirmed)
      .map((replica) => member(replica.region)),
  }
}

export function aliasEntry(scope: ArnScope, alias: KmsAlias): AliasEntry {
  return {
    AliasName: alias.name,
    AliasArn: aliasArn(scope, alias.name),
    TargetKeyId: alias.keyId,
    CreationDate: new Date(alias.createdAtMs),
    LastUpdatedDate: new Date(alias.modifiedAtMs),
  }
}
