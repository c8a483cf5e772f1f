import { operation } from '../operation.js'

/** The tags that a pool has in the serving Region. */
export const ListTagsForResource = operation(
  { name: 'ListTagsForResource', auth: 'iam', region: 'any' },
  (ctx) => ({ Tags: { ...ctx.pool.tags } }),
)
