// The key that a request names, checked; and the key as it is described.

import { requireAction } from '#api/protocol/authorization.js'
import { ApiError } from '#api/protocol/errors.js'
import type { IamCaller } from '#api/protocol/request.js'
import { customerKeyProblem } from '#app/pools/customer-key.js'
import type { CognitoInput } from '#contract/types.js'
import { keyArnIn } from '#domain/arn.js'
import { keyRequestValues, viaUserPools } from '#domain/iam/key-request.js'
import type { RegionalSettings } from '#domain/pool/settings.js'
import type { RequestContext } from '#domain/request-context.js'
import type { Pool } from '#ports/capability.js'
import type { KeyService } from '#ports/keys.js'

type LambdaConfig = RegionalSettings['lambdaConfig']
type KeyInput = NonNullable<CognitoInput<'CreateUserPool'>['KeyConfiguration']>

/** The ARN of the customer managed key; undefined for the service's own key. */
export function keyArnOf(input: KeyInput): string | undefined {
  const { KeyType, KmsKeyArn } = input
  if (KeyType === 'AWS_OWNED_KEY') {
    if (KmsKeyArn !== undefined) throw invalid('KmsKeyArn must not be given with AWS_OWNED_KEY.')
    return undefined
  }
  if (KmsKeyArn === undefined) throw invalid('KmsKeyArn is required for CUSTOMER_MANAGED_KEY.')
  return KmsKeyArn
}

// What a pool does with its key. Cognito: developer guide, key policy for a customer managed key,
// whose statements for callers through the service list these, 2026.
const KEY_ACTIONS = [
  'kms:DescribeKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:Encrypt',
  'kms:Decrypt',
]

export interface KeyPermissionContext {
  readonly region: string
  readonly accountId: string
  readonly request: Pick<RequestContext, 'sourceIp'>
  readonly caller: IamCaller
}

/**
 * Refuses a key that the caller may not use: a pool acts with the permissions of the caller who
 * configures it, or a caller who may change pools could read and write under any key of the
 * account.
 */
export function requireKeyPermission(
  { region, accountId, request, caller }: KeyPermissionContext,
  arn: string,
): void {
  const values = () => {
    const { sourceIp } = request
    const viaService = viaUserPools(region)
    return keyRequestValues(
      { region, accountId },
      { principalArn: caller.arn, sourceIp, viaService },
    )
  }
  for (const action of KEY_ACTIONS) requireAction(caller, action, arn, { values })
}

/**
 * Refuses a key for codes of custom senders that the caller may not lend, or that could not be
 * used. A key that stays was checked when it was chosen.
 */
export async function requireCodeKey(
  ctx: KeyPermissionContext & { readonly keyService: KeyService },
  { next, before }: { readonly next: LambdaConfig; readonly before?: LambdaConfig },
): Promise<void> {
  const arn = next?.kMSKeyID
  if (arn === undefined || arn === before?.kMSKeyID) return
  // Cognito: developer guide, "Custom sender Lambda triggers", 2026: who configures one needs it.
  requireAction(ctx.caller, 'kms:CreateGrant', arn)
  await requireUsableKey(ctx, arn, [])
}

/** Refuses a key that the pool could not rely on in all of its Regions. */
export async function requireUsableKey(
  ctx: { readonly keyService: KeyService; readonly region: string },
  arn: string,
  replicaRegions: readonly string[],
): Promise<void> {
  const problem = await customerKeyProblem(ctx.keyService, arn, {
    region: ctx.region,
    replicaRegions,
  })
  if (problem !== undefined) throw invalid(problem)
}

/** KeyConfiguration of a pool, with the serving Region's ARN; absent for the service's own key. */
export function describedKey(pool: Pool) {
  if (pool.kmsKeyArn === undefined) return undefined
  return {
    KeyType: 'CUSTOMER_MANAGED_KEY' as const,
    KmsKeyArn: keyArnIn(pool.region, pool.kmsKeyArn),
  }
}

function invalid(message: string): ApiError {
  return new ApiError('InvalidParameterException', message)
}
