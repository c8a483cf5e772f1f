import type { CognitoInput } from '#contract/types.js'
import { updatePool, updateRegional } from '#flows/pools/update.js'
import { asPrimary, type PrimaryPool } from '#ports/capability.js'
import type { KeyService } from '#ports/keys.js'
import { ApiError } from '../errors.js'
import { operation } from '../operation.js'
import { tagsProblem } from '../tags/rules.js'
import { demandUsableKey, keyArnOf } from './key-configuration.js'
import { regionalSettings } from './regional-settings.js'
import { differingGlobal } from './secondary-update.js'
import { demandTier, globalSettings } from './settings.js'

// Deviation: an omitted KeyConfiguration, IssuerConfiguration or PoolName stays as it is, although
// omitted settings go back to their defaults: a silent return to the service's own key would end
// replication, and another issuer would end every client's trust.

/** Replaces the settings of a pool; on a secondary, the settings that are this Region's own. */
export const UpdateUserPool = operation({
  name: 'UpdateUserPool',
  auth: 'iam',
  region: 'regional',
  errors: [
    'FeatureUnavailableInTierException',
    'TierChangeNotAllowedException',
    'UserPoolTaggingException',
  ],
  async run(ctx, input) {
    const tags = input.UserPoolTags ?? {}
    const problem = tagsProblem(tags)
    if (problem !== undefined) ctx.fail('UserPoolTaggingException', problem)
    const settings = regionalSettings(input, ctx.pool.regionalSettings)
    const regional = { pool: ctx.pool, settings, tags }
    const pool = asPrimary(ctx.pool)
    if (pool === undefined) {
      const name = differingGlobal(ctx.pool, input)
      if (name !== undefined) {
        ctx.fail(
          'InvalidParameterException',
          `${name} must match the primary Region's setting and can only be changed there.`,
        )
      }
      await updateRegional(ctx, regional)
      return {}
    }
    const change = await globalChange(ctx, pool, input)
    await updatePool(ctx, pool, change, regional)
    return {}
  },
})

async function globalChange(
  ctx: { readonly keyService: KeyService; readonly region: string; readonly nowMs: number },
  pool: PrimaryPool,
  input: CognitoInput<'UpdateUserPool'>,
) {
  const tier = input.UserPoolTier ?? 'ESSENTIALS'
  const settings = globalSettings(input, pool.settings)
  const hasReplica = pool.replicaRegions.length > 1
  if (tier === 'LITE' && hasReplica) {
    throw new ApiError(
      'TierChangeNotAllowedException',
      'A user pool with a replica needs the ESSENTIALS or PLUS tier.',
    )
  }
  demandTier(tier, settings)
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
  ctx: { readonly keyService: KeyService; readonly region: string },
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
  await demandUsableKey(ctx, arn, pool.replicaRegions)
  return arn
}
