import { operation } from '../operation.js'
import { requireRoom } from '../quotas.js'
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
    const outcome = await ctx.unitOfWork.run(async (bound) => {
      await requireRoom(bound, ctx.pool, { resource: 'groups', max: ctx.quotas.groups })
      return bound.groups.insert(ctx.pool, group)
    })
    if (outcome === 'exists') {
      ctx.fail('GroupExistsException', 'A group with the name already exists.')
    }
    return { Group: toGroupShape(ctx.pool.id, group) }
  },
)
