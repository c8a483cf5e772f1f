import { operation } from '../operation.js'
import { toGroupShape } from './group.js'

/** Creates a group. */
export const CreateGroup = operation(
  { name: 'CreateGroup', auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    const group = {
      name: input.GroupName,
      description: input.Description,
      roleArn: input.RoleArn,
      precedence: input.Precedence,
      createdAtMs: ctx.nowMs,
      modifiedAtMs: ctx.nowMs,
    }
    if ((await ctx.groups.insert(ctx.pool, group)) === 'exists') {
      ctx.fail('GroupExistsException', 'A group with the name already exists.')
    }
    return { Group: toGroupShape(ctx.pool.id, group) }
  },
)
