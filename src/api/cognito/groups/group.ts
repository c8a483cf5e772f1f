// The group that a call names, and a group on the wire (GroupType).

import type { Pool } from '#ports/capability.js'
import type { Group, Groups } from '#ports/directory.js'
import { errorFor } from '../refusals.js'

/** The group; one of another pool does not exist in this one. */
export async function requireGroup(
  ctx: { readonly groups: Groups; readonly pool: Pool },
  name: string,
): Promise<Group> {
  return requireExisting(await ctx.groups.find(ctx.pool, name))
}

/** What became of a group that must have been there. */
export function requireExisting<T>(outcome: T | undefined): Exclude<T, 'absent' | undefined> {
  if (outcome === undefined || outcome === 'absent') {
    throw errorFor('group-absent')
  }
  return outcome as Exclude<T, 'absent' | undefined>
}

export function toGroupShape(poolId: string, group: Group) {
  return {
    GroupName: group.name,
    UserPoolId: poolId,
    Description: group.description,
    RoleArn: group.roleArn,
    Precedence: group.precedence,
    LastModifiedDate: new Date(group.modifiedAtMs),
    CreationDate: new Date(group.createdAtMs),
  }
}
