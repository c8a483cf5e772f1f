import { operation } from '../operation.js'
import { groupPage } from './group.js'

/** Lists the groups of a pool. */
export const ListGroups = operation(
  { name: 'ListGroups', auth: 'iam', region: 'any' },
  (ctx, input) => groupPage(ctx, input, 'groups', (page) => ctx.groups.page(ctx.pool, page)),
)
