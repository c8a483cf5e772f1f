// One-time codes. Presenting one is a single statement that locks the row first, so that of two
// attempts at once only one can match, and no attempt goes uncounted. Wrong ones are counted by the
// network that they come from, too: an attacker uses up guesses of his own, and a user who
// recovers from another network still has the code. How many were sent, `send_limits` counts.
import { isUuid } from '#base/uuid.js'
import type { Pool } from '#ports/capability.js'
import type { CodeAttempt, CodeOutcome, Codes, OutboxMessage, StoredCode } from '#ports/regional.js'
import type { Queryable } from '../connection/connection.js'
import { Repository } from '../connection/repository.js'
import { at } from '../connection/values.js'

/** Wrong attempts of one source after which a code is dead for it. */
const SOURCE_FAILURES_MAX = 5
/** Wrong attempts after which a code is dead for all sources. */
const FAILURES_MAX = 20
/** How long attempts at no code are remembered. */
const HIDDEN_MS = 3_600_000

export class PostgresCodes extends Repository implements Codes {
  async put(pool: Pool, code: StoredCode, kept?: OutboxMessage): Promise<void> {
    const message = (sql: Queryable) =>
      kept === undefined
        ? sql``
        : sql`
          with kept as (
            insert into outbox (user_pool_id, message_id, message_sealed, created_at)
            values (${pool.id}, ${kept.messageId}, ${kept.messageSealed}, ${at(kept.createdAtMs)}))`
    await this.query(
      (sql) => sql`
        ${message(sql)}
        insert into codes (user_pool_id, sub, purpose, code_hash, expires_at)
        values (${pool.id}, ${code.sub}, ${code.purpose}, ${code.codeHash}, ${at(code.expiresAtMs)})
        on conflict (user_pool_id, sub, purpose) do update
          set code_hash = excluded.code_hash, expires_at = excluded.expires_at, failures = 0,
            source_failures = '{}'`,
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
    const rows = await this.query(
      (sql) => sql`
        insert into send_limits as l (user_pool_id, sub, purpose, sends, expires_at)
        values (${pool.id}, ${send.sub}, ${send.purpose}, 1, ${windowEnd})
        on conflict (user_pool_id, sub, purpose) do update set
          sends = case when l.expires_at <= ${now} then 1 else l.sends + 1 end,
          expires_at = case
            when l.expires_at <= ${now} then excluded.expires_at else l.expires_at end
          where l.expires_at <= ${now} or l.sends < ${send.sendsMax}
        returning 1`,
    )
    return rows.length === 0 ? 'too-many' : 'counted'
  }

  async uncountSend(pool: Pool, send: { sub: string; purpose: string }): Promise<void> {
    await this.query(
      (sql) => sql`
        with unused as (
          delete from send_limits
           where user_pool_id = ${pool.id} and sub = ${send.sub} and purpose = ${send.purpose}
             and sends <= 1)
        update send_limits set sends = sends - 1
         where user_pool_id = ${pool.id} and sub = ${send.sub} and purpose = ${send.purpose}
           and sends > 1`,
    )
  }

  async #present(
    pool: Pool,
    attempt: CodeAttempt,
    { isTaken }: { isTaken: boolean },
  ): Promise<CodeOutcome> {
    if (!isUuid(attempt.sub)) return 'expired'
    const outcome = await this.#presentOnce(pool, attempt, { isTaken })
    // A code that was stored meanwhile kept the made-up one out: its turn is now.
    const isLate = outcome === undefined && attempt.isHidden === true
    const later = isLate ? await this.#presentOnce(pool, attempt, { isTaken }) : outcome
    // No code, or one that was taken meanwhile: to its user the same as one that is too old.
    return later ?? 'expired'
  }

  async #presentOnce(
    pool: Pool,
    attempt: CodeAttempt,
    { isTaken }: { isTaken: boolean },
  ): Promise<CodeOutcome | undefined> {
    const { source, isHidden = false } = attempt
    const [row] = await this.query(
      (sql) => sql<{ outcome: CodeOutcome }[]>`
        with made_up as (
          insert into codes (user_pool_id, sub, purpose, code_hash, expires_at, failures,
            source_failures)
          select ${pool.id}, ${attempt.sub}, ${attempt.purpose}, ''::bytea,
              ${at(attempt.nowMs + HIDDEN_MS)}::timestamptz, 1,
              jsonb_build_object(${source}::text, 1)
           where ${isHidden}
          on conflict do nothing
          returning 'mismatch' as outcome),
        stored as (
          select *, coalesce((source_failures ->> ${source})::int, 0) as mine,
              expires_at <= ${at(attempt.nowMs)} as is_old
            from codes
           where user_pool_id = ${pool.id} and sub = ${attempt.sub}
             and purpose = ${attempt.purpose}
             for update),
        live as (
          select user_pool_id, sub, purpose, mine, case
              when is_old and not ${isHidden} then 'expired'
              when failures >= ${FAILURES_MAX} or mine >= ${SOURCE_FAILURES_MAX}
                then 'too-many-failures'
              when code_hash <> ${attempt.codeHash} then 'mismatch'
              when is_old then 'expired'
              else 'match' end as outcome
            from stored),
        taken as (
          delete from codes c using live l
           where ${isTaken} and l.outcome = 'match'
             and c.user_pool_id = l.user_pool_id and c.sub = l.sub and c.purpose = l.purpose),
        counted as (
          update codes c set failures = c.failures + 1,
              source_failures = c.source_failures || jsonb_build_object(${source}::text, mine + 1)
            from live l
           where l.outcome = 'mismatch' and c.user_pool_id = l.user_pool_id and c.sub = l.sub
             and c.purpose = l.purpose)
        select outcome from live union all select outcome from made_up`,
    )
    return row?.outcome
  }

  async remove(pool: Pool, sub: string): Promise<void> {
    if (!isUuid(sub)) return
    await this.query(
      (sql) => sql`delete from codes where user_pool_id = ${pool.id} and sub = ${sub}`,
    )
  }
}
