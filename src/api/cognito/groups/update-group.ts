import { operation } from '../operation.js'
import { GROUP_NOT_FOUND } from './resolve-group.js'
import { toGroupShape } from './shape.js'

/** Changes the members of a group's description that are given. */
export const UpdateGroup = operation({
  name: 'UpdateGroup',
  auth: 'iam',
  region: 'primary',
  errors: [],
  async run(ctx, input) {
    const group = await ctx.groups.update(ctx.pool, input.GroupName, {
      description: input.Description,
      roleArn: input.RoleArn,
      precedence: input.Precedence,
      modifiedAtMs: ctx.nowMs,
    })
    if (group === undefined) return ctx.fail('ResourceNotFoundException', GROUP_NOT_FOUND)
    return { Group: toGroupShape(ctx.pool.id, group) }
  },
})
