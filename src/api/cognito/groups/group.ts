// The group that a call names, and groups on the wire (GroupType).

import { poolPage } from '#app/paging.js'
import type { Pool } from '#ports/capability.js'
import type { Group, Groups } from '#ports/directory.js'
import type { Services } from '../context.js'
import { errorFor, unwrap } from '../refusals.js'

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

/** A page of the groups that `read` finds. */
export async function groupPage(
  ctx: Pick<Services, 'poolKeys' | 'random'> & { readonly pool: Pool },
  input: { readonly Limit?: number | undefined; readonly NextToken?: string | undefined },
  list: string,
  read: (page: { afterName: string | undefined; limit: number }) => Promise<readonly Group[]>,
) {
  const page = unwrap(
    await poolPage(ctx, ctx.pool, {
      list,
      limit: input.Limit,
      token: input.NextToken,
      read: (afterName, limit) => read({ afterName, limit }),
      keyOf: ({ name }) => name,
    }),
  )
  return {
    Groups: page.items.map((group) => toGroupShape(ctx.pool.id, group)),
    NextToken: page.nextToken,
  }
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
