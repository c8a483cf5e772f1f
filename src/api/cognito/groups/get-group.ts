import { operation } from '../operation.js'
import { requireGroup, toGroupShape } from './group.js'

/** Describes a group. */
export const GetGroup = operation(
  { name: 'GetGroup', auth: 'iam', region: 'any' },
  async (ctx, input) => {
    return { Group: toGroupShape(ctx.pool.id, await requireGroup(ctx, input.GroupName)) }
  },
)
