import { operation } from '../operation.js'
import { requireImport, toUserImportShape } from './user-import-job.js'

/** Describes a job of user import. The URL for its upload is told once, at its creation. */
export const DescribeUserImportJob = operation(
  { name: 'DescribeUserImportJob', auth: 'iam', region: 'primary' },
  async (ctx, input) => ({
    UserImportJob: toUserImportShape(ctx, await requireImport(ctx, input.JobId)),
  }),
)
