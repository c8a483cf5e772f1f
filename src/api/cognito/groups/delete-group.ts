import { operation } from '../operation.js'
import { requireExisting } from './group.js'

/** Deletes a group; its members stay users. */
export const DeleteGroup = operation(
  { name: 'DeleteGroup', auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    requireExisting(await ctx.groups.remove(ctx.pool, input.GroupName))
    return {}
  },
)
