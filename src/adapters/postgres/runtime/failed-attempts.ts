// Failed password attempts. Each Region counts its own; readers add them up.
//
// Which came first, a failure or a success, is told by their times, and clocks of Regions differ.
// So what happens now is dated after all that is known to have happened: a clock that is behind
// must not make guesses that a success of a moment ago seems to have forgiven, nor a success that
// forgives nothing.
import { required } from '#base/assert.js'
import { FAILURES_KEPT_MS } from '#domain/credential/lockout.js'
import type { Pool } from '#ports/capability.js'
import type { FailedAttempts } from '#ports/runtime.js'
import { Repository } from '../connection/repository.js'
import { at, statement } from '../connection/values.js'

/**
 * The text of a query for the failed attempts of a user in all Regions; `pool` and `sub` are
 * expressions of SQL. A Region's row counts while its last failure is newer than every Region's
 * last success, and not much older than the newest failure of all: after so long in peace, old
 * failures are forgiven.
 */
export const failedAttemptsOf = (pool: string, sub: string): string => `
  select coalesce(sum(f.failures), 0)::int as failures, max(f.last_failure_at) as last_failure_at
    from failed_attempts f,
      (select max(e.last_success_at) as success_at,
          max(e.last_failure_at) - interval '${FAILURES_KEPT_MS} ms' as horizon
         from failed_attempts e where e.user_pool_id = ${pool} and e.sub = ${sub}) latest
   where f.user_pool_id = ${pool} and f.sub = ${sub} and f.failures > 0
     and f.last_failure_at > coalesce(latest.success_at, '-infinity')
     and f.last_failure_at > latest.horizon`

interface StoredAttempts {
  readonly failures: number
  readonly last_failure_at: number | null
}

const attemptsOf = statement<StoredAttempts>(failedAttemptsOf('$1', '$2'))

export class PostgresFailedAttempts extends Repository implements FailedAttempts {
  async addFailure(pool: Pool, sub: string, atMs: number): Promise<void> {
    await this.query(
      (sql) => sql`
        insert into failed_attempts as mine
          (user_pool_id, origin_region, sub, failures, last_failure_at)
        select ${pool.id}, ${this.connection.region}, ${sub}::uuid, 1,
               greatest(${at(atMs)}::timestamptz, max(e.last_success_at) + interval '1 ms')
          from failed_attempts e where e.user_pool_id = ${pool.id} and e.sub = ${sub}
        on conflict (user_pool_id, origin_region, sub) do update set
          failures = case
            when mine.last_failure_at <
              excluded.last_failure_at - make_interval(secs => ${FAILURES_KEPT_MS / 1000}) then 1
            when mine.last_failure_at <= (
              select max(e.last_success_at) from failed_attempts e
               where e.user_pool_id = mine.user_pool_id and e.sub = mine.sub) then 1
            else mine.failures + 1 end,
          last_failure_at = greatest(mine.last_failure_at, excluded.last_failure_at)`,
    )
  }

  async addSuccess(pool: Pool, sub: string, atMs: number): Promise<void> {
    await this.query(
      (sql) => sql`
        insert into failed_attempts as mine
          (user_pool_id, origin_region, sub, failures, last_failure_at, last_success_at)
        select ${pool.id}, ${this.connection.region}, ${sub}::uuid, 0, latest.at, latest.at
          from (select greatest(${at(atMs)}::timestamptz, max(e.last_failure_at)) as at
                  from failed_attempts e
                 where e.user_pool_id = ${pool.id} and e.sub = ${sub}) latest
        on conflict (user_pool_id, origin_region, sub) do update set
          failures = case
            when mine.last_failure_at > excluded.last_success_at then mine.failures else 0 end,
          last_success_at = greatest(mine.last_success_at, excluded.last_success_at)`,
    )
  }

  async state(
    pool: Pool,
    sub: string,
  ): Promise<{ readonly failures: number; readonly lastFailureAtMs: number | undefined }> {
    const [row] = await this.query((sql) => attemptsOf(sql, pool.id, sub))
    const { failures, last_failure_at: lastFailureAt } = required(row, 'attempts')
    return { failures, lastFailureAtMs: lastFailureAt ?? undefined }
  }
}
