import { importStatus } from '#app/imports/job.js'
import { operation } from '../operation.js'
import { requireImport, toUserImportShape } from './user-import-job.js'

/**
 * Starts a job of user import whose file was uploaded.
 *
 * Deviation: any number of jobs may be started; they run one after the other. The service has one
 * active job for an account.
 */
export const StartUserImportJob = operation(
  { name: 'StartUserImportJob', auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    const job = await requireImport(ctx, input.JobId)
    const refuse = (why: string) => ctx.fail('PreconditionNotMetException', why)
    const status = importStatus(job, ctx.nowMs)
    if (status !== 'Created') return refuse(`The user import job is in the state ${status}.`)
    if (job.uploadId === undefined) return refuse('No CSV file was uploaded for the job.')
    if (ctx.pool.settings.autoVerifiedAttributes.length === 0) {
      return refuse('The user pool has no auto verified attributes.')
    }
    const change = { from: ['Created'], to: 'Pending', atMs: ctx.nowMs } as const
    if (!(await ctx.userImports.move(ctx.pool, job.jobId, change))) {
      return refuse('The user import job was started already.')
    }
    const now = { ...job, status: change.to, startedAtMs: ctx.nowMs }
    return { UserImportJob: toUserImportShape(ctx, now) }
  },
)
