// The values that conditions of key policies ask for, from the request and from the key.
import type { KmsKey } from '#ports/kms.js'
import type { EncryptionContext } from './ciphertext.js'
import type { ConditionValues } from './conditions.js'
import type { ArnScope } from './reference.js'

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

/** The values by condition key, for a request about `key`. */
export function keyValues(scope: ArnScope, key: KmsKey, request: RequestValues): ConditionValues {
  const { multiRegion } = key
  const values = requestValues(scope, request)
  const add = adder(values)
  add('kms:EncryptionAlgorithm', 'SYMMETRIC_DEFAULT')
  add('kms:KeySpec', 'SYMMETRIC_DEFAULT')
  add('kms:CustomerMasterKeySpec', 'SYMMETRIC_DEFAULT')
  add('kms:KeyUsage', 'ENCRYPT_DECRYPT')
  add('kms:CustomerMasterKeyUsage', 'ENCRYPT_DECRYPT')
  add('kms:KeyOrigin', 'AWS_KMS')
  add('kms:MultiRegion', String(multiRegion !== undefined))
  if (multiRegion !== undefined) {
    const isPrimary = multiRegion.primaryRegion === scope.region
    add('kms:MultiRegionKeyType', isPrimary ? 'PRIMARY' : 'REPLICA')
    add('kms:PrimaryRegion', multiRegion.primaryRegion)
  }
  for (const [tag, value] of Object.entries(key.tags)) add(`aws:ResourceTag/${tag}`, value)
  return values
}

function requestValues(scope: ArnScope, request: RequestValues): Map<string, string[]> {
  const values = new Map<string, string[]>()
  const add = adder(values)
  add('kms:CallerAccount', scope.accountId)
  add('aws:PrincipalAccount', scope.accountId)
  add('aws:PrincipalArn', request.principalArn)
  add('aws:PrincipalIsAWSService', String(request.principalArn === undefined))
  add('aws:RequestedRegion', scope.region)
  add('aws:SourceIp', request.sourceIp)
  add('aws:SourceArn', request.sourceArn)
  add('aws:SourceAccount', request.sourceAccount)
  add('kms:ViaService', request.viaService)
  add('kms:ReplicaRegion', request.replicaRegion)
  add('kms:RequestAlias', request.requestAlias)
  add('kms:ScheduleKeyDeletionPendingWindowInDays', request.pendingWindowDays?.toString())
  add('kms:BypassPolicyLockoutSafetyCheck', request.bypassesLockoutCheck?.toString())
  for (const [name, value] of Object.entries(request.encryptionContext ?? {})) {
    add(`kms:EncryptionContext:${name}`, value)
    add('kms:EncryptionContextKeys', name)
  }
  for (const [tag, value] of Object.entries(request.tags ?? {})) {
    add(`aws:RequestTag/${tag}`, value)
    add('aws:TagKeys', tag)
  }
  for (const tag of request.tagKeys ?? []) add('aws:TagKeys', tag)
  return values
}

function adder(values: Map<string, string[]>): (key: string, value: string | undefined) => void {
  return (key, value) => {
    if (value === undefined) return
    const lowerKey = key.toLowerCase()
    const list = values.get(lowerKey)
    if (list === undefined) values.set(lowerKey, [value])
    else list.push(value)
  }
}
