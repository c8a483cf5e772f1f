// The group that a call names. A group of another pool does not exist in this one.

import { ApiError } from '#api/protocol/errors.js'
import type { Pool } from '#ports/capability.js'
import type { Group, Groups } from '#ports/directory.js'

export const GROUP_NOT_FOUND = 'Group not found.'

export async function resolveGroup(
  ctx: { readonly groups: Groups; readonly pool: Pool },
  name: string,
): Promise<Group> {
  const group = await ctx.groups.find(ctx.pool, name)
  if (group === undefined) throw new ApiError('ResourceNotFoundException', GROUP_NOT_FOUND)
  return group
}
