// Durable jobs as rows of this Region. The unique index `jobs_live` holds that a pool has one live
// job of a kind and subject. The runner hears of new jobs by a notice that the database sends when
// the transaction commits, so a job that was rolled back wakes no runner; and it looks by timer
// too, so a notice may be lost.
import type { Random } from '#base/random.js'
import type { Job, JobChange, Jobs, NewJob } from '#ports/jobs.js'
import type { Connection, Queryable } from '../connection/connection.js'
import { Repository } from '../connection/repository.js'
import { json, type Nullable } from '../connection/values.js'

/** The channel on which new jobs are announced. */
export const JOB_CHANNEL = 'twinpool_job'

const jobColumns = (sql: Queryable) => sql`
  user_pool_id as "poolId", job_id as "jobId", kind, subject as "targetRegion", state, step,
  progress, reason, attempts, created_at as "createdAtMs", modified_at as "modifiedAtMs"`

export class PostgresJobs extends Repository implements Jobs {
  readonly #random: Random

  constructor(connection: Connection, random: Random) {
    super(connection)
    this.#random = random
  }

  async insert(job: NewJob): Promise<'inserted' | 'exists'> {
    const isInserted = await this.changes(
      (sql) => sql`
        with made as (
          insert into jobs (user_pool_id, job_id, kind, subject, state, step, progress,
            created_at, modified_at)
          values (${job.poolId}, ${this.#random.uuid()}, ${job.kind}, ${job.targetRegion},
            'running',
            ${job.step}, ${json(sql, { input: job.input })}, now(), now())
          on conflict (user_pool_id, kind, subject) where state in ('running', 'undoing')
          do nothing returning job_id)
        select pg_notify(${JOB_CHANNEL}, '') from made`,
    )
    return isInserted ? 'inserted' : 'exists'
  }

  async live(): Promise<readonly Job[]> {
    const rows = await this.query(
      (sql) => sql<Nullable<Job, 'reason'>[]>`
        select ${jobColumns(sql)} from jobs
         where state in ('running', 'undoing') order by created_at`,
    )
    return rows.map(toJob)
  }

  async latest(poolId: string, kind: string, targetRegion: string): Promise<Job | undefined> {
    const [row] = await this.query(
      (sql) => sql<Nullable<Job, 'reason'>[]>`
        select ${jobColumns(sql)} from jobs
         where user_pool_id = ${poolId} and kind = ${kind} and subject = ${targetRegion}
         order by created_at desc limit 1`,
    )
    return row && toJob(row)
  }

  async find(jobId: string): Promise<Job | undefined> {
    const [row] = await this.query(
      (sql) =>
        sql<Nullable<Job, 'reason'>[]>`select ${jobColumns(sql)} from jobs where job_id = ${jobId}`,
    )
    return row && toJob(row)
  }

  async save(job: Job, change: JobChange): Promise<'saved' | 'gone'> {
    const { state, step, attempts, progress, reason } = change
    const isSaved = await this.changes(
      (sql) => sql`
        update jobs set
          state = coalesce(${state ?? null}, state), step = coalesce(${step ?? null}, step),
          attempts = coalesce(${attempts ?? null}, attempts),
          progress = coalesce(${progress === undefined ? null : json(sql, progress)}, progress),
          reason = case when ${reason === undefined} then reason else ${reason ?? null} end,
          modified_at = now()
         where user_pool_id = ${job.poolId} and job_id = ${job.jobId}
           and state in ('running', 'undoing')`,
    )
    return isSaved ? 'saved' : 'gone'
  }
}

function toJob(row: Nullable<Job, 'reason'>): Job {
  return { ...row, reason: row.reason ?? undefined }
}
