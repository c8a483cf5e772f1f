import { poolPage } from '#app/paging.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { toUserImportShape } from './user-import-job.js'

/** Lists the jobs of user import of a pool, the newest first. */
export const ListUserImportJobs = operation(
  { name: 'ListUserImportJobs', auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    const page = unwrap(
      await poolPage(ctx, ctx.pool, {
        list: 'user-imports',
        limit: input.MaxResults,
        token: input.PaginationToken,
        read: (after, limit) => ctx.userImports.page(ctx.pool, { after, limit }),
        keyOf: (job) => job.position,
      }),
    )
    return {
      UserImportJobs: page.items.map((job) => toUserImportShape(ctx, job)),
      PaginationToken: page.nextToken,
    }
  },
)
