import { operation } from '../operation.js'
import { GROUP_NOT_FOUND } from './resolve-group.js'

/** Deletes a group; its members stay users. */
export const DeleteGroup = operation({
  name: 'DeleteGroup',
  auth: 'iam',
  region: 'primary',
  errors: [],
  async run(ctx, input) {
    if ((await ctx.groups.remove(ctx.pool, input.GroupName)) === 'absent') {
      ctx.fail('ResourceNotFoundException', GROUP_NOT_FOUND)
    }
    return {}
  },
})
