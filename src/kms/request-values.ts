// The values that conditions of policies ask for, from the request and from the key.
import type { ArnScope } from '#domain/arn.js'
import type { ConditionValues } from '#domain/iam/conditions.js'
import { type KeyRequest, keyRequestValues } from '#domain/iam/key-request.js'
import type { KmsKey } from '#ports/kms.js'

/** The values by condition key, for a request about `key`, or about no key. */
export function conditionValues(
  scope: ArnScope,
  request: KeyRequest,
  key?: KmsKey,
): ConditionValues {
  const values = keyRequestValues(scope, request)
  if (key === undefined) return values
  const { multiRegion } = key
  values.add('kms:EncryptionAlgorithm', 'SYMMETRIC_DEFAULT')
  values.add('kms:KeySpec', 'SYMMETRIC_DEFAULT')
  values.add('kms:CustomerMasterKeySpec', 'SYMMETRIC_DEFAULT')
  values.add('kms:KeyUsage', 'ENCRYPT_DECRYPT')
  values.add('kms:CustomerMasterKeyUsage', 'ENCRYPT_DECRYPT')
  values.add('kms:KeyOrigin', 'AWS_KMS')
  values.add('kms:MultiRegion', String(multiRegion !== undefined))
  if (multiRegion !== undefined) {
    const isPrimary = multiRegion.primaryRegion === scope.region
    values.add('kms:MultiRegionKeyType', isPrimary ? 'PRIMARY' : 'REPLICA')
    values.add('kms:PrimaryRegion', multiRegion.primaryRegion)
  }
  for (const [tag, value] of Object.entries(key.tags)) values.add(`aws:ResourceTag/${tag}`, value)
  return values
}
