import { tagsProblem } from '#domain/pool/tags.js'
import { operation } from '../operation.js'
import { requireUsableKey } from '../pools/key-configuration.js'
import { toReplicaShape } from './shape.js'

// Cognito: developer guide, user pool multi-Region replication, "one replica", 2026-06.
const REPLICAS_MAX = 1

/** Begins a replica of a pool in another Region; it is CREATING until all rows are there. */
export const CreateUserPoolReplica = operation(
  { name: 'CreateUserPoolReplica', auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    const { pool } = ctx
    const { RegionName: targetRegion } = input
    const tags = input.UserPoolTags ?? {}
    const problem = tagsProblem(tags)
    if (problem !== undefined) ctx.fail('UserPoolTaggingException', problem)
    if (pool.tier === 'LITE') {
      ctx.fail(
        'FeatureUnavailableInTierException',
        'Multi-Region replication is not available in the LITE feature plan.',
      )
    }
    if (targetRegion === pool.primaryRegion) {
      ctx.fail(
        'InvalidParameterException',
        `${targetRegion} is the primary Region of the user pool.`,
      )
    }
    if (!ctx.regions.includes(targetRegion)) {
      ctx.fail('InvalidParameterException', `Region ${targetRegion} is not supported.`)
    }
    if (pool.kmsKeyArn === undefined) {
      return ctx.fail(
        'InvalidParameterException',
        'A user pool with replicas must be encrypted with a customer managed multi-Region key.',
      )
    }
    await requireUsableKey(ctx, pool.kmsKeyArn, [targetRegion])
    const tooMany = () =>
      ctx.fail('LimitExceededException', `A user pool has at most ${REPLICAS_MAX} replica.`)
    if ((await ctx.replicas.list(pool)).length >= REPLICAS_MAX) tooMany()
    const outcome = await ctx.replicaControl.create(pool, {
      targetRegion,
      tags,
      createdAtMs: ctx.nowMs,
      replicasMax: REPLICAS_MAX,
    })
    // Another call came first, be it for another Region.
    if (outcome === 'exists') tooMany()
    const replica = { region: targetRegion, phase: 'CREATING', activations: [] } as const
    return { UserPoolReplica: toReplicaShape(ctx, pool, replica) }
  },
)
