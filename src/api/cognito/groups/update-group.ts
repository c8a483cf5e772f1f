import { operation } from '../operation.js'
import { requireExisting, toGroupShape } from './group.js'

/** Changes the members of a group's description that are given. */
export const UpdateGroup = operation(
  { name: 'UpdateGroup', auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    const group = await ctx.groups.update(ctx.pool, input.GroupName, {
      description: input.Description,
      roleArn: input.RoleArn,
      precedence: input.Precedence,
      modifiedAtMs: ctx.nowMs,
    })
    return { Group: toGroupShape(ctx.pool.id, requireExisting(group)) }
  },
)
