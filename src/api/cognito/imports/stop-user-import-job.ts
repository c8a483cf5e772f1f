import { importStatus } from '#app/imports/job.js'
import { operation } from '../operation.js'
import { requireImport, toUserImportShape } from './user-import-job.js'

/** Stops a job of user import; what it has imported stays. */
export const StopUserImportJob = operation(
  { name: 'StopUserImportJob', auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    const job = await requireImport(ctx, input.JobId)
    const change = { from: ['Pending', 'InProgress'], to: 'Stopping', atMs: ctx.nowMs } as const
    if (!(await ctx.userImports.move(ctx.pool, job.jobId, change))) {
      const status = importStatus(job, ctx.nowMs)
      const why = `The user import job is in the state ${status}.`
      return ctx.fail('PreconditionNotMetException', why)
    }
    const now = { ...job, status: change.to }
    return { UserImportJob: toUserImportShape(ctx, now) }
  },
)
