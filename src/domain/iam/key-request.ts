// What a request to a KMS key says of itself, as the conditions of policies ask for it: the values
// that the KMS decides by, and that a page reviews a policy by before it is put. A page runs it:
// neither this file nor what it imports may need Node.js.
import type { ArnScope } from '../arn.js'
import { type ConditionValueMap, originValues } from './conditions.js'

/** The principal of the user pools service, in policies. */
export const USER_POOLS_SERVICE = 'cognito-idp.amazonaws.com'

/** What a request says of itself. Absent members are absent condition keys. */
export interface KeyRequest {
  readonly encryptionContext?: Readonly<Record<string, string>> | undefined
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

/** The values by condition key, without those of the key itself. */
export function keyRequestValues(scope: ArnScope, request: KeyRequest): ConditionValueMap {
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

/** The user pools service of a Region, as callers come through it. */
export function viaUserPools(region: string): string {
  return `cognito-idp.${region}.amazonaws.com`
}

/** The encryption context of a data key: the ARN of its pool in the pool's home Region. */
export function encryptionContextOf(poolArn: string): Readonly<Record<string, string>> {
  return { 'aws:cognito-idp:userpool-arn': poolArn }
}

/**
 * What the service says when it asks for a pool; `poolArn` is undefined for a question about a key
 * that no pool asks yet. `context` is the encryption context where it is not that of data keys.
 */
export function poolKeyRequest(
  { region, accountId }: ArnScope,
  poolArn: string | undefined,
  context?: Readonly<Record<string, string>>,
): KeyRequest {
  return {
    viaService: viaUserPools(region),
    sourceAccount: accountId,
    sourceArn: poolArn,
    encryptionContext:
      context ?? (poolArn === undefined ? undefined : encryptionContextOf(poolArn)),
  }
}
