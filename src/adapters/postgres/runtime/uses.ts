// Things that may be used once: rotating refresh tokens, whose first use counts in every Region,
// and challenge sessions, which are bound to the Region that sealed them.
import type { Pool } from '#ports/capability.js'
import type {
  RotatedToken,
  RotationConflict,
  RotationUse,
  RotationUses,
  UsedSessions,
} from '#ports/runtime.js'
import type { Queryable } from '../connection/connection.js'
import { Repository } from '../connection/repository.js'
import { at } from '../connection/values.js'

export class PostgresRotationUses extends Repository implements RotationUses {
  async use(pool: Pool, token: RotatedToken): Promise<RotationUse> {
    const { refreshJti, atMs } = token
    const [row] = await this.query(
      (sql) => sql<{ is_mine: boolean; earlier: number | null }[]>`
        with mine as (
          insert into rotation_uses (user_pool_id, origin_region, refresh_jti, used_at, expires_at)
          values (${pool.id}, ${this.connection.region}, ${refreshJti}, ${at(atMs)},
            ${at(token.expiresAtMs)})
          on conflict do nothing returning used_at),
        family as (
          insert into rotation_families
            (user_pool_id, refresh_jti, origin_jti, grace_seconds, expires_at)
          select ${pool.id}, ${refreshJti}, ${token.originJti}, ${token.graceSeconds}::int,
            ${at(token.sessionExpiresAtMs)}::timestamptz from mine
          on conflict do nothing)
        select exists (select from mine) as is_mine, (
          select min(used_at) from rotation_uses
           where user_pool_id = ${pool.id} and refresh_jti = ${refreshJti}) as earlier`,
    )
    // The statement sees what was there before its own insert: rows of other uses only.
    if (row?.earlier != null) return { isFirst: false, firstUseMs: Math.min(row.earlier, atMs) }
    if (row?.is_mine) return { isFirst: true, firstUseMs: atMs }
    // Another use committed after this statement had begun to look: now it is visible.
    const [other] = await this.query(
      (sql) => sql<{ first_use: number | null }[]>`
        select min(used_at) as first_use from rotation_uses
         where user_pool_id = ${pool.id} and refresh_jti = ${refreshJti}`,
    )
    return { isFirst: false, firstUseMs: Math.min(other?.first_use ?? atMs, atMs) }
  }

  async conflicts(limit: number): Promise<readonly RotationConflict[]> {
    interface Row {
      readonly user_pool_id: string
      readonly refresh_jti: string
      readonly origin_jti: string | null
      readonly expires_at: number | null
      readonly is_reuse: boolean
    }
    const rows = await this.query(
      (sql) => sql<Row[]>`
        select c.user_pool_id, c.refresh_jti, f.origin_jti, f.expires_at,
               uses.count > 1 and (f.grace_seconds = 0
                 or uses.last > uses.first + make_interval(secs => f.grace_seconds)) as is_reuse
          from rotation_conflicts c
          left join rotation_families f
            on f.user_pool_id = c.user_pool_id and f.refresh_jti = c.refresh_jti
          cross join lateral (
            select count(*), min(u.used_at) as first, max(u.used_at) as last from rotation_uses u
             where u.user_pool_id = c.user_pool_id and u.refresh_jti = c.refresh_jti
               and ${isUse(sql)}) uses
         order by c.user_pool_id, c.refresh_jti limit ${limit}`,
    )
    return rows.map((row) => ({
      poolId: row.user_pool_id,
      refreshJti: row.refresh_jti,
      reuse:
        row.origin_jti !== null && row.expires_at !== null && row.is_reuse
          ? { originJti: row.origin_jti, expiresAtMs: row.expires_at }
          : undefined,
    }))
  }

  async settle(poolId: string, refreshJti: string): Promise<void> {
    await this.query(
      (sql) => sql`
        delete from rotation_conflicts
         where user_pool_id = ${poolId} and refresh_jti = ${refreshJti}`,
    )
  }

  async findConflicts(): Promise<void> {
    await this.query(
      (sql) => sql`
        insert into rotation_conflicts (user_pool_id, refresh_jti)
        select u.user_pool_id, u.refresh_jti
          from rotation_uses u
          join rotation_families f
            on f.user_pool_id = u.user_pool_id and f.refresh_jti = u.refresh_jti
         where u.origin_region <> ${this.connection.region} and ${isUse(sql)}
           and not exists (
             select from revocations r
              where r.user_pool_id = f.user_pool_id and r.origin_jti = f.origin_jti)
        on conflict do nothing`,
    )
  }
}

/**
 * Uses are recorded in whole milliseconds. A row that a Region took over from another one's is one
 * microsecond later (row-adoption.ts), and is no use of its own.
 */
function isUse(sql: Queryable) {
  return sql`u.used_at = date_trunc('milliseconds', u.used_at)`
}

export class PostgresUsedSessions extends Repository implements UsedSessions {
  async take(
    pool: Pool,
    session: { readonly id: string; readonly expiresAtMs: number },
    attemptsMax: number,
  ): Promise<'counted' | 'again'> {
    const isCounted = await this.changes(
      (sql) => sql`
        insert into used_sessions (user_pool_id, session_id, expires_at)
        values (${pool.id}, ${session.id}, ${at(session.expiresAtMs)})
        on conflict (user_pool_id, session_id)
          do update set attempts = used_sessions.attempts + 1
          where used_sessions.attempts < ${attemptsMax}`,
    )
    return isCounted ? 'counted' : 'again'
  }
}
