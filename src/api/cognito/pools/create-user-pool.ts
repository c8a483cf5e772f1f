import { createPool } from '#app/pools/create.js'
import { ALPHANUMERIC } from '#base/random.js'
import { isPoolIdOf } from '#domain/pool/id.js'
import { keyTierRefusal } from '#domain/pool/key-tier.js'
import { globalTable, regionalTable } from '#domain/pool/settings.js'
import { POOL_ID_TAG, tagsProblem } from '#domain/pool/tags.js'
import { operation } from '../operation.js'
import { requireNoRefusal } from '../refusals.js'
import { requireImplemented, requireTier } from '../settings.js'
import {
  keyArnOf,
  requireCodeKey,
  requireKeyPermission,
  requireUsableKey,
} from './key-configuration.js'
import { requireMfaTransport } from './mfa-config.js'
import { createdRegionalSettings, createdSettings } from './settings.js'
import { toUserPoolShape } from './shape.js'

const RANDOM_CHARACTERS = 9

/** Creates a user pool whose primary is the serving Region. */
export const CreateUserPool = operation(
  { name: 'CreateUserPool', auth: 'iam', region: 'account' },
  async (ctx, input) => {
    const tags = input.UserPoolTags ?? {}
    const problem = tagsProblem(tags)
    if (problem !== undefined) ctx.fail('UserPoolTaggingException', problem)
    const chosen = Object.hasOwn(tags, POOL_ID_TAG) ? tags[POOL_ID_TAG] : undefined
    if (chosen !== undefined && !isPoolIdOf(ctx.region, chosen)) {
      ctx.fail(
        'InvalidParameterException',
        `${POOL_ID_TAG} must be a user pool ID of Region ${ctx.region}.`,
      )
    }
    const tier = input.UserPoolTier ?? 'ESSENTIALS'
    const settings = createdSettings(input)
    const regional = createdRegionalSettings(input)
    requireTier(globalTable, tier, settings)
    requireTier(regionalTable, tier, regional)
    requireMfaTransport(input)
    requireImplemented('pool', input)
    await requireCodeKey(ctx, { next: regional.lambdaConfig })
    const kmsKeyArn = input.KeyConfiguration && keyArnOf(input.KeyConfiguration)
    requireNoRefusal(keyTierRefusal(tier, kmsKeyArn))
    if (kmsKeyArn !== undefined) {
      requireKeyPermission(ctx, kmsKeyArn)
      await requireUsableKey(ctx, kmsKeyArn, [])
    }
    const id = chosen ?? `${ctx.region}_${ctx.random.text(RANDOM_CHARACTERS, ALPHANUMERIC)}`
    const created = await createPool(
      ctx,
      {
        id,
        name: input.PoolName,
        settings,
        tier,
        issuerType: input.IssuerConfiguration?.Type ?? 'ORIGINAL',
        kmsKeyArn,
        createdAtMs: ctx.nowMs,
      },
      { settings: regional, tags },
    )
    if (created === 'exists') {
      return ctx.fail('InvalidParameterException', `User pool ${id} already exists.`)
    }
    if (created === 'too-many') {
      return ctx.fail(
        'LimitExceededException',
        `An account has at most ${ctx.quotas.userPools} user pools in a Region.`,
      )
    }
    return { UserPool: toUserPoolShape(created, { arn: ctx.poolArn(id), users: 0, domains: [] }) }
  },
)
