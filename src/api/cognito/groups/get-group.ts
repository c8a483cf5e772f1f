import { operation } from '../operation.js'
import { resolveGroup } from './resolve-group.js'
import { toGroupShape } from './shape.js'

/** Describes a group. */
export const GetGroup = operation({
  name: 'GetGroup',
  auth: 'iam',
  region: 'any',
  errors: [],
  async run(ctx, input) {
    return { Group: toGroupShape(ctx.pool.id, await resolveGroup(ctx, input.GroupName)) }
  },
})
