import { uploadHash } from '#app/imports/upload.js'
import { toBase64Url } from '#base/bytes.js'
import { operation } from '../operation.js'
import { toUserImportShape } from './user-import-job.js'

const JOBS_MAX = 1000

const NEW = { status: 'Created', imported: 0, skipped: 0, failed: 0 } as const

/**
 * Creates a job of user import, for which a file can be uploaded.
 *
 * Deviation: the file is uploaded to the Region's own endpoint and not to Amazon S3, and the role
 * for logs is stored only: the log of a job stays in the database.
 */
export const CreateUserImportJob = operation(
  { name: 'CreateUserImportJob', auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    const token = toBase64Url(ctx.random.bytes(32))
    const jobId = `import-${toBase64Url(ctx.random.bytes(12)).replaceAll('_', '-')}`
    const job = {
      jobId,
      name: input.JobName ?? '',
      roleArn: input.CloudWatchLogsRoleArn ?? '',
      hashAlgorithm: input.PasswordHashingAlgorithm,
      uploadHash: uploadHash(token),
      createdAtMs: ctx.nowMs,
    }
    const outcome = await ctx.userImports.insert(ctx.pool, job, { max: JOBS_MAX })
    if (outcome === 'too-many') {
      return ctx.fail('LimitExceededException', `A user pool has at most ${JOBS_MAX} import jobs.`)
    }
    const url = ctx.uploadUrl({ poolId: ctx.pool.id, jobId, token })
    return { UserImportJob: toUserImportShape(ctx, { ...NEW, ...job }, url) }
  },
)
