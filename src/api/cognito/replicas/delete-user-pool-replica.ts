import { allowsDeletion, replicaStatus } from '#domain/replica/machine.js'
import { operation } from '../operation.js'
import { findReplica, toReplicaShape } from './shape.js'

// Deviation: DeleteUserPoolReplica runs on the primary only, although the guide lists it for
// secondaries; the SDK's documentation says primary, and the primary owns the replica's row.

/** Takes an INACTIVE replica away; it is DELETING until its rows are gone there. */
export const DeleteUserPoolReplica = operation(
  { name: 'DeleteUserPoolReplica', auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    const { RegionName: targetRegion } = input
    const replica = await findReplica(ctx, ctx.pool, targetRegion)
    const status = replicaStatus(replica.phase, replica.activations)
    if (!allowsDeletion(status)) {
      const message =
        `The replica in Region ${targetRegion} is ${status}. ` +
        'Only an INACTIVE replica can be deleted.'
      ctx.fail('InvalidParameterException', message)
    }
    await ctx.replicaControl.delete(ctx.pool, targetRegion)
    const deleting = { ...replica, phase: 'DELETING' } as const
    return { UserPoolReplica: toReplicaShape(ctx, ctx.pool, deleting) }
  },
)
