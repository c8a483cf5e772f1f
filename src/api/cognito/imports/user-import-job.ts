// A job of user import on the wire (UserImportJobType).
import { importStatus } from '#app/imports/job.js'
import type { CognitoOutput } from '#contract/types.js'
import type { NewUserImport, UserImport, UserImports } from '#ports/user-imports.js'
import type { Context } from '../context.js'

type Shape = NonNullable<CognitoOutput<'DescribeUserImportJob'>['UserImportJob']>

export type ImportContext = Context<'iam', 'primary'>

/** What a description says of a job. */
type DescribedImport = Omit<NewUserImport, 'uploadHash'> &
  Pick<UserImport, 'status' | 'imported' | 'skipped' | 'failed'> &
  Partial<Pick<UserImport, 'completionMessage' | 'startedAtMs' | 'completedAtMs'>>

export function toUserImportShape(
  ctx: Pick<ImportContext, 'pool' | 'nowMs'>,
  job: DescribedImport,
  preSignedUrl?: string,
): Shape {
  const date = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms))
  return {
    JobName: job.name,
    JobId: job.jobId,
    UserPoolId: ctx.pool.id,
    PreSignedUrl: preSignedUrl,
    CreationDate: date(job.createdAtMs),
    StartDate: date(job.startedAtMs),
    CompletionDate: date(job.completedAtMs),
    Status: importStatus(job, ctx.nowMs),
    CloudWatchLogsRoleArn: job.roleArn,
    ImportedUsers: job.imported,
    SkippedUsers: job.skipped,
    FailedUsers: job.failed,
    CompletionMessage: job.completionMessage,
    PasswordHashingAlgorithm: job.hashAlgorithm,
  }
}

/** The job of this ID, or the error that there is none. */
export async function requireImport(
  ctx: Pick<ImportContext, 'pool' | 'fail'> & { readonly userImports: UserImports },
  jobId: string | undefined = '',
): Promise<UserImport> {
  const job = await ctx.userImports.find(ctx.pool, jobId)
  return job ?? ctx.fail('ResourceNotFoundException', `User import job ${jobId} does not exist.`)
}
