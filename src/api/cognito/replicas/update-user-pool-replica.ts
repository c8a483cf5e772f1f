import { allowsStatusChange, replicaStatus } from '#domain/replica/machine.js'
import { operation } from '../operation.js'
import { findReplica, toReplicaShape } from './shape.js'

/** Activates a replica or ends that, from the primary Region or from the replica's own. */
export const UpdateUserPoolReplica = operation(
  { name: 'UpdateUserPoolReplica', auth: 'iam', region: 'any' },
  async (ctx, input) => {
    const { RegionName: targetRegion, Status: wanted } = input
    const replica = await findReplica(ctx, ctx.pool, targetRegion)
    const status = replicaStatus(replica.phase, replica.activations)
    if (!allowsStatusChange(status)) {
      ctx.fail('InvalidParameterException', `The replica in Region ${targetRegion} is ${status}.`)
    }
    // The newest statement wins, so this one must be newer than all that this Region knows, even
    // if another Region's clock is ahead.
    const newestMs = Math.max(0, ...replica.activations.map((each) => each.changedAtMs))
    const changedAtMs = Math.max(ctx.nowMs, newestMs + 1)
    const activation = { region: targetRegion, isActive: wanted === 'ACTIVE', changedAtMs }
    await ctx.activations.set(ctx.pool, activation)
    const activations = [...replica.activations, activation]
    return { UserPoolReplica: toReplicaShape(ctx, ctx.pool, { ...replica, activations }) }
  },
)
