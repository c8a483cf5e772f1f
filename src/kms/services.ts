// What the operations of the KMS may use. Made once, in compose.

import type { ConditionValues } from '#domain/iam/conditions.js'
import type { AccessDecision } from '#domain/iam/policy.js'
import type { KeyReplicator, KmsAliases, KmsKeys } from '#ports/kms.js'
import type { NodeRuntime } from '#ports/node-runtime.js'
import type { MaterialSeal } from './material.js'

export interface KmsServices extends NodeRuntime {
  readonly keys: KmsKeys
  readonly aliases: KmsAliases
  readonly material: MaterialSeal
  readonly replicator: KeyReplicator
}

/** A caller who signed the request, and what its identity policies say. */
export interface KmsCaller {
  readonly accessKeyId: string
  readonly arn: string
  decide(action: string, resource: string, more: { values(): ConditionValues }): AccessDecision
}
