import { ApiError } from '#api/protocol/errors.js'
import { updatePool, updateRegional } from '#app/pools/update.js'
import type { CognitoInput } from '#contract/types.js'
import { keyTierRefusal } from '#domain/pool/key-tier.js'
import { globalTable, regionalTable } from '#domain/pool/settings.js'
import { tagsProblem } from '#domain/pool/tags.js'
import { asPrimary, asRegional, type PrimaryPool } from '#ports/capability.js'
import type { KeyService } from '#ports/keys.js'
import { changePool, POOL_BUSY_MESSAGE } from '../change-pool.js'
import { operation } from '../operation.js'
import { requireNoRefusal } from '../refusals.js'
import { requireImplemented, requireTier } from '../settings.js'
import {
  type KeyPermissionContext,
  keyArnOf,
  requireCodeKey,
  requireKeyPermission,
  requireUsableKey,
} from './key-configuration.js'
import { requireMfaSettings, requireMfaTransport } from './mfa-config.js'
import { differsFromPrimary } from './own-operation.js'
import { differingGlobal, updatedRegionalSettings, updatedSettings } from './settings.js'

// Cognito: an omitted UserPoolTier stays as it is (API reference, 2026-08), and so do omitted tags:
// terraform-provider-aws changes tags by TagResource only and never sends UserPoolTags with an
// update, 2025.
//
// Deviation: an omitted KeyConfiguration, IssuerConfiguration or PoolName stays as it is, although
// omitted settings go back to their defaults: a silent return to the service's own key would end
// replication, and another issuer would end every client's trust.

/** Replaces the settings of a pool; on a secondary, the settings that are this Region's own. */
export const UpdateUserPool = operation(
  { name: 'UpdateUserPool', auth: 'iam', region: 'regional' },
  async (ctx, input) => {
    const problem = input.UserPoolTags && tagsProblem(input.UserPoolTags)
    if (problem !== undefined) ctx.fail('UserPoolTaggingException', problem)
    const outcome = await changePool(ctx, asRegional, async (pool) => {
      const settings = updatedRegionalSettings(input, pool.regionalSettings)
      const regional = { pool, settings, tags: input.UserPoolTags ?? pool.tags }
      const primary = asPrimary(pool)
      requireTier(regionalTable, (primary && input.UserPoolTier) ?? pool.tier, settings)
      const before = pool.regionalSettings.lambdaConfig
      await requireCodeKey(ctx, { next: settings.lambdaConfig, ...(before && { before }) })
      if (primary !== undefined) {
        const change = await globalChange(ctx, primary, input)
        requireMfaSettings(change.settings, settings)
        await updatePool(ctx, primary, change, regional)
        return 'written'
      }
      const name = differingGlobal(pool, input)
      if (name !== undefined) throw differsFromPrimary(name)
      requireImplemented('pool', { LambdaConfig: input.LambdaConfig })
      await updateRegional(ctx, regional)
      return 'written'
    })
    if (outcome === 'conflict') ctx.fail('ConcurrentModificationException', POOL_BUSY_MESSAGE)
    return {}
  },
)

type KeyContext = KeyPermissionContext & { readonly keyService: KeyService }

async function globalChange(
  ctx: KeyContext & { readonly nowMs: number },
  pool: PrimaryPool,
  input: CognitoInput<'UpdateUserPool'>,
) {
  const tier = input.UserPoolTier ?? pool.tier
  const settings = updatedSettings(input, pool.settings)
  const hasReplica = pool.replicaRegions.length > 1
  if (tier === 'LITE' && hasReplica) {
    throw new ApiError(
      'TierChangeNotAllowedException',
      'A user pool with a replica needs the ESSENTIALS or PLUS tier.',
    )
  }
  requireTier(globalTable, tier, settings)
  const named = input.KeyConfiguration ? keyArnOf(input.KeyConfiguration) : pool.kmsKeyArn
  requireNoRefusal(keyTierRefusal(tier, named, pool))
  requireMfaTransport(input, pool.settings)
  requireImplemented('pool', input)
  return {
    name: input.PoolName ?? pool.name,
    settings,
    tier,
    issuerType: input.IssuerConfiguration?.Type ?? pool.issuerType,
    ...(input.KeyConfiguration && { kmsKeyArn: await newKey(ctx, pool, input.KeyConfiguration) }),
    modifiedAtMs: ctx.nowMs,
  }
}

/** The ARN of the key to change to; null for the service's own. */
async function newKey(
  ctx: KeyContext,
  pool: PrimaryPool,
  input: NonNullable<CognitoInput<'UpdateUserPool'>['KeyConfiguration']>,
): Promise<string | null> {
  const arn = keyArnOf(input)
  if (arn === undefined) {
    if (pool.replicaRegions.length === 1) return null
    throw new ApiError(
      'InvalidParameterException',
      'A user pool with a replica needs a multi-Region customer managed key.',
    )
  }
  // A key that stays was checked when it was chosen.
  if (arn !== pool.kmsKeyArn) requireKeyPermission(ctx, arn)
  await requireUsableKey(ctx, arn, pool.replicaRegions)
  return arn
}
