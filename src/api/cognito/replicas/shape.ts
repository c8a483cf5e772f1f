// Replicas on the wire, and how the four operations find them.

import { ApiError } from '#api/protocol/errors.js'
import { poolArn } from '#domain/arn.js'
import { replicaStatus } from '#domain/replica/machine.js'
import type { Pool } from '#ports/capability.js'
import type { Replica, Replicas } from '#ports/directory.js'

interface ShapeContext {
  readonly accountId: string
}

/** A secondary as UserPoolReplicaType. */
export function toReplicaShape(ctx: ShapeContext, pool: Pool, replica: Replica) {
  return {
    RegionName: replica.region,
    Status: replicaStatus(replica.phase, replica.activations),
    Role: 'SECONDARY' as const,
    UserPoolArn: poolArn({ accountId: ctx.accountId, region: replica.region }, pool.id),
  }
}

/** The primary as UserPoolReplicaType. */
export function toPrimaryShape(ctx: ShapeContext, pool: Pool) {
  return {
    RegionName: pool.primaryRegion,
    Status: 'ACTIVE' as const,
    Role: 'PRIMARY' as const,
    UserPoolArn: poolArn({ accountId: ctx.accountId, region: pool.primaryRegion }, pool.id),
  }
}

/** The replica of the pool in a Region, which must exist and not be the primary. */
export async function findReplica(
  ctx: { readonly replicas: Replicas },
  pool: Pool,
  region: string,
): Promise<Replica> {
  if (region === pool.primaryRegion) {
    throw new ApiError('InvalidParameterException', `${region} is the primary Region of the pool.`)
  }
  const replica = (await ctx.replicas.list(pool)).find((each) => each.region === region)
  if (replica === undefined) {
    throw new ApiError(
      'ResourceNotFoundException',
      `User pool ${pool.id} has no replica in Region ${region}.`,
    )
  }
  return replica
}
