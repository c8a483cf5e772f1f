import { operation } from '../operation.js'
import { GROUP_NOT_FOUND, resolveGroup } from './resolve-group.js'
import { toGroupShape } from './shape.js'

/** Changes the members of a group's description that are given. */
export const UpdateGroup = operation({
  name: 'UpdateGroup',
  auth: 'iam',
  region: 'primary',
  errors: [],
  async run(ctx, input) {
    const existing = await resolveGroup(ctx, input.GroupName)
    const group = {
      ...existing,
      description: input.Description ?? existing.description,
      roleArn: input.RoleArn ?? existing.roleArn,
      precedence: input.Precedence ?? existing.precedence,
      modifiedAtMs: ctx.nowMs,
    }
    if ((await ctx.groups.update(ctx.pool, group)) === 'absent') {
      ctx.fail('ResourceNotFoundException', GROUP_NOT_FOUND)
    }
    return { Group: toGroupShape(ctx.pool.id, group) }
  },
})
