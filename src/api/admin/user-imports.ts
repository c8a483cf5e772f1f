// Jobs of user import and their logs, in the Region that runs them: the pool's primary one. Lines
// of a log name lines of the file by number, and no user.

import { importStatus } from '#app/imports/job.js'
import type { UserImport } from '#ports/user-imports.js'
import { type AdminOperation, type AdminServices, invalid, toTimestamp } from './admin-operation.js'

const POOL_ID_LENGTH_MAX = 55
const JOB_ID_LENGTH_MAX = 55

/** Lists the jobs of a pool, the newest first; none where another Region runs them. */
export const ListUserImports: AdminOperation = {
  name: 'ListUserImports',
  async run(services, input) {
    const poolId = input.text('UserPoolId', POOL_ID_LENGTH_MAX)
    const limit = input.count('MaxResults', { fallback: 60, max: 1000 })
    const pool = await services.pools.find(poolId)
    const jobs = pool && (await services.userImports.page(pool, { after: undefined, limit }))
    return { UserImports: (jobs ?? []).map((job) => toShape(services, poolId, job)) }
  },
}

/**
 * A part of the log of a job, as long as the lines of one chunk of its file; `NextPart` is absent
 * at the end. While a job runs, its log grows.
 * Cognito: developer guide, "Importing users into user pools from a CSV file" (names of log group
 * and stream), 2026.
 */
export const ListUserImportLog: AdminOperation = {
  name: 'ListUserImportLog',
  async run({ pools, userImports }, input) {
    const poolId = input.text('UserPoolId', POOL_ID_LENGTH_MAX)
    const jobId = input.text('JobId', JOB_ID_LENGTH_MAX)
    const part = input.count('Part', { fallback: 1, max: 1_000_000_000 })
    const pool = await pools.find(poolId)
    const job = pool && (await userImports.find(pool, jobId))
    if (pool === undefined || job === undefined)
      throw invalid(`There is no user import ${jobId} here.`)
    const lines = await userImports.log(pool, { jobId, chunk: part - 1 })
    return {
      LogGroupName: `/aws/cognito/userpools/${poolId}/${pool.name}`,
      LogStreamName: `${jobId}/${job.name}`,
      Lines: lines ? lines.split('\n') : [],
      ...(part < job.nextChunk && { NextPart: part + 1 }),
    }
  },
}

function toShape({ region, clock }: AdminServices, poolId: string, job: UserImport) {
  return {
    RegionName: region,
    UserPoolId: poolId,
    JobId: job.jobId,
    JobName: job.name,
    Status: importStatus(job, clock.nowMs()),
    ImportedUsers: job.imported,
    SkippedUsers: job.skipped,
    FailedUsers: job.failed,
    CompletionMessage: job.completionMessage,
    CreatedAt: toTimestamp(job.createdAtMs),
    StartedAt: toTimestamp(job.startedAtMs),
    CompletedAt: toTimestamp(job.completedAtMs),
  }
}
