// The values that conditions of policies ask for, from the request and from the key.
import type { ArnScope } from '#domain/arn.js'
import {
  type ConditionValueMap,
  type ConditionValues,
  originValues,
} from '#domain/iam/conditions.js'
import type { KmsKey } from '#ports/kms.js'
import type { EncryptionContext } from './ciphertext.js'

/** What a request says of itself. Absent members are absent condition keys. */
export interface RequestValues {
  readonly encryptionContext?: EncryptionContext | undefined
  readonly sourceIp?: string | undefined
  readonly principalArn?: string | undefined
  /** The AWS service through which the caller came, like `cognito-idp.us-east-1.amazonaws.com`. */
  readonly viaService?: string | undefined
  readonly sourceArn?: string | undefined
  readonly sourceAccount?: string | undefined
  readonly replicaRegion?: string | undefined
  readonly requestAlias?: string | undefined
  readonly pendingWindowDays?: number | undefined
  readonly bypassesLockoutCheck?: boolean | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
  readonly tagKeys?: readonly string[] | undefined
}

/** The values by condition key, for a request about `key`, or about no key. */
export function conditionValues(
  scope: ArnScope,
  request: RequestValues,
  key?: KmsKey,
): ConditionValues {
  const values = requestValues(scope, request)
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

function requestValues(scope: ArnScope, request: RequestValues): ConditionValueMap {
  const { region, accountId } = scope
  const { principalArn, sourceIp } = request
  const values = originValues({ region, accountId, principalArn, sourceIp })
  values.add('kms:CallerAccount', accountId)
  values.add('aws:SourceArn', request.sourceArn)
  values.add('aws:SourceAccount', request.sourceAccount)
  values.add('kms:ViaService', request.viaService)
  values.add('kms:ReplicaRegion', request.replicaRegion)
  values.add('kms:RequestAlias', request.requestAlias)
  values.add('kms:ScheduleKeyDeletionPendingWindowInDays', request.pendingWindowDays?.toString())
  values.add('kms:BypassPolicyLockoutSafetyCheck', request.bypassesLockoutCheck?.toString())
  for (const [name, value] of Object.entries(request.encryptionContext ?? {})) {
    values.add(`kms:EncryptionContext:${name}`, value)
    values.add('kms:EncryptionContextKeys', name)
  }
  for (const [tag, value] of Object.entries(request.tags ?? {})) {
    values.add(`aws:RequestTag/${tag}`, value)
    values.add('aws:TagKeys', tag)
  }
  for (const tag of request.tagKeys ?? []) values.add('aws:TagKeys', tag)
  return values
}
