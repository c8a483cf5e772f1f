// Failed password attempts. Each Region counts its own; readers add them up, as
// `twinpool_failed_attempts` of the migrations says.
//
// Which came first, a failure or a success, is told by their times, and clocks of Regions differ.
// So what happens now is dated after all that is known to have happened: a clock that is behind
// must not make guesses that a success of a moment ago seems to have forgiven, nor a success that
// forgives nothing.
import { required } from '#base/assert.js'
import { FAILURES_KEPT_MS } from '#domain/credential/lockout.js'
import type { Pool } from '#ports/capability.js'
import type { FailedAttempts } from '#ports/runtime.js'
import type { Connection } from '../connection/connection.js'
import { at } from '../connection/database.js'

export class PostgresFailedAttempts implements FailedAttempts {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  async addFailure(pool: Pool, sub: string, atMs: number): Promise<void> {
    await this.#connection.query(
      (sql) => sql`
        insert into failed_attempts as mine
          (user_pool_id, origin_region, sub, failures, last_failure_at)
        select ${pool.id}, ${this.#connection.region}, ${sub}::uuid, 1,
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
    await this.#connection.query(
      (sql) => sql`
        insert into failed_attempts as mine
          (user_pool_id, origin_region, sub, failures, last_failure_at, last_success_at)
        select ${pool.id}, ${this.#connection.region}, ${sub}::uuid, 0, latest.at, latest.at
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
    interface Row {
      readonly failures: number
      readonly last_failure_at: number | null
    }
    const [row] = await this.#connection.query(
      (sql) => sql<Row[]>`
        select * from twinpool_failed_attempts(${pool.id}, ${sub})`,
    )
    const { failures, last_failure_at: lastFailureAt } = required(row, 'attempts')
    return { failures, lastFailureAtMs: lastFailureAt ?? undefined }
  }
}
