// One-time codes. Presenting one is a single statement that locks the row first, so that of two
// attempts at once only one can match, and no attempt goes uncounted. How many codes were sent is a
// row of the same table, which outlives the codes: taking one must not make room for another.
import { isUuid } from '#base/uuid.js'
import type { Pool } from '#ports/capability.js'
import type { CodeAttempt, CodeOutcome, Codes } from '#ports/regional.js'
import type { Connection } from '../connection.js'
import { at } from '../database.js'

/** Wrong attempts after which a code is dead. */
const FAILURES_MAX = 5

export class PostgresCodes implements Codes {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  async put(
    pool: Pool,
    code: { sub: string; purpose: string; codeHash: Uint8Array; expiresAtMs: number },
  ): Promise<void> {
    await this.#connection.query(
      (sql) => sql`
        insert into codes (user_pool_id, sub, purpose, code_hash, expires_at)
        values (${pool.id}, ${code.sub}, ${code.purpose}, ${code.codeHash}, ${at(code.expiresAtMs)})
        on conflict (user_pool_id, sub, purpose) do update
          set code_hash = excluded.code_hash, expires_at = excluded.expires_at, failures = 0`,
    )
  }

  take(pool: Pool, attempt: CodeAttempt): Promise<CodeOutcome> {
    return this.#present(pool, attempt, { isTaken: true })
  }

  check(pool: Pool, attempt: CodeAttempt): Promise<CodeOutcome> {
    return this.#present(pool, attempt, { isTaken: false })
  }

  async countSend(
    pool: Pool,
    send: { sub: string; purpose: string; sendsMax: number; windowMs: number; nowMs: number },
  ): Promise<'counted' | 'too-many'> {
    const now = at(send.nowMs)
    const windowEnd = at(send.nowMs + send.windowMs)
    // The row has no code: `failures` counts what was sent until it expires with its window.
    const rows = await this.#connection.query(
      (sql) => sql`
        insert into codes as c (user_pool_id, sub, purpose, code_hash, failures, expires_at)
        values (${pool.id}, ${send.sub}, ${`sends:${send.purpose}`}, '', 1, ${windowEnd})
        on conflict (user_pool_id, sub, purpose) do update set
          failures = case when c.expires_at <= ${now} then 1 else c.failures + 1 end,
          expires_at = case
            when c.expires_at <= ${now} then excluded.expires_at else c.expires_at end
          where c.expires_at <= ${now} or c.failures < ${send.sendsMax}
        returning 1`,
    )
    return rows.length === 0 ? 'too-many' : 'counted'
  }

  async #present(
    pool: Pool,
    attempt: CodeAttempt,
    { isTaken }: { isTaken: boolean },
  ): Promise<CodeOutcome> {
    if (!isUuid(attempt.sub)) return 'expired'
    const [row] = await this.#connection.query(
      (sql) => sql<{ outcome: CodeOutcome }[]>`
        with live as (
          select user_pool_id, sub, purpose, case
              when expires_at <= ${at(attempt.nowMs)} then 'expired'
              when failures >= ${FAILURES_MAX} then 'too-many-failures'
              when code_hash = ${attempt.codeHash} then 'match'
              else 'mismatch' end as outcome
            from codes
           where user_pool_id = ${pool.id} and sub = ${attempt.sub}
             and purpose = ${attempt.purpose}
             for update),
        taken as (
          delete from codes c using live l
           where ${isTaken} and l.outcome = 'match'
             and c.user_pool_id = l.user_pool_id and c.sub = l.sub and c.purpose = l.purpose),
        counted as (
          update codes c set failures = c.failures + 1 from live l
           where l.outcome = 'mismatch' and c.user_pool_id = l.user_pool_id and c.sub = l.sub
             and c.purpose = l.purpose)
        select outcome from live`,
    )
    // No code, or one that was taken meanwhile: to its user the same as one that is too old.
    return row?.outcome ?? 'expired'
  }

  async remove(pool: Pool, sub: string): Promise<void> {
    if (!isUuid(sub)) return
    await this.#connection.query(
      (sql) => sql`delete from codes where user_pool_id = ${pool.id} and sub = ${sub}`,
    )
  }
}
