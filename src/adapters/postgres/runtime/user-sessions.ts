// Records of users' sessions. A session has a row for each Region that it was active in. One that
// was revoked, in any Region, or ended by a global sign-out counts no more; its rows go when the
// session would have ended anyway, since those of other Regions are theirs to remove.
import type { Fragment } from 'postgres'
import type { Pool } from '#ports/capability.js'
import type { StoredUserSession, UserSessions } from '#ports/user-sessions.js'
import type { Queryable } from '../connection/connection.js'
import { Repository } from '../connection/repository.js'
import { at } from '../connection/values.js'

interface Row {
  readonly sub: string
  readonly origin_jti: string
  readonly client_id: string
  readonly created_at: number
  readonly last_active_at: number
  readonly expires_at: number
  readonly activity_sealed: Uint8Array
}

export class PostgresUserSessions extends Repository implements UserSessions {
  async begin(pool: Pool, session: StoredUserSession, perUserMax: number): Promise<void> {
    const { sub, originJti, createdAtMs } = session
    const { region } = this.connection
    await this.query(
      (sql) => sql`
        with ranked as (
          select s.origin_jti, max(s.expires_at) as expires_at,
                 row_number() over (
                   order by max(s.last_active_at) desc, s.origin_jti desc) as place
            from user_sessions s
           where ${isLive(sql, pool, { sub, nowMs: createdAtMs })}
             and s.origin_jti <> ${originJti}::uuid
           group by s.origin_jti),
        evicted as (
          insert into revocations (user_pool_id, origin_region, origin_jti, expires_at)
          select ${pool.id}, ${region}, origin_jti, expires_at from ranked
           where place >= ${perUserMax}::int
          on conflict do nothing)
        insert into user_sessions (user_pool_id, origin_region, origin_jti, sub, client_id,
          created_at, last_active_at, expires_at, activity_sealed)
        ${this.#values(sql, pool, session)}
        on conflict do nothing`,
    )
  }

  async touch(pool: Pool, session: StoredUserSession): Promise<void> {
    const { sub, originJti } = session
    await this.query(
      (sql) => sql`
        insert into user_sessions as mine (user_pool_id, origin_region, origin_jti, sub, client_id,
          created_at, last_active_at, expires_at, activity_sealed)
        ${this.#values(sql, pool, session)}
         where exists (
           select from user_sessions u
            where u.user_pool_id = ${pool.id} and u.sub = ${sub}::uuid
              and u.origin_jti = ${originJti}::uuid)
        on conflict (user_pool_id, origin_region, origin_jti) do update set
          last_active_at = excluded.last_active_at, activity_sealed = excluded.activity_sealed
          where mine.last_active_at < excluded.last_active_at`,
    )
  }

  async live(
    pool: Pool,
    sub: string,
    { nowMs, limit }: { readonly nowMs: number; readonly limit: number },
  ): Promise<readonly StoredUserSession[]> {
    const rows = await this.query(
      (sql) => sql<Row[]>`
        select * from (
          select distinct on (s.origin_jti) s.sub, s.origin_jti, s.client_id, s.created_at,
                 s.last_active_at, s.expires_at, s.activity_sealed
            from user_sessions s where ${isLive(sql, pool, { sub, nowMs })}
           order by s.origin_jti, s.last_active_at desc) as newest
         order by last_active_at desc, origin_jti desc limit ${limit}`,
    )
    return rows.map(toSession)
  }

  #values(sql: Queryable, pool: Pool, session: StoredUserSession): Fragment {
    return sql`
      select ${pool.id}, ${this.connection.region}, ${session.originJti}::uuid,
        ${session.sub}::uuid, ${session.clientId}, ${at(session.createdAtMs)}::timestamptz,
        ${at(session.lastActiveAtMs)}::timestamptz, ${at(session.expiresAtMs)}::timestamptz,
        ${session.activitySealed}::bytea`
  }
}

/** What makes a row `s` one of a session of the user that goes on. */
function isLive(
  sql: Queryable,
  pool: Pool,
  { sub, nowMs }: { readonly sub: string; readonly nowMs: number },
): Fragment {
  return sql`
    s.user_pool_id = ${pool.id} and s.sub = ${sub}::uuid and s.expires_at > ${at(nowMs)}
    and not exists (
      select from revocations r
       where r.user_pool_id = ${pool.id} and r.origin_jti = s.origin_jti)
    and not exists (
      select from sign_outs o
       where o.user_pool_id = ${pool.id} and o.sub = s.sub and o.signed_out_at >= s.created_at)`
}

function toSession(row: Row): StoredUserSession {
  return {
    sub: row.sub,
    originJti: row.origin_jti,
    clientId: row.client_id,
    createdAtMs: row.created_at,
    lastActiveAtMs: row.last_active_at,
    expiresAtMs: row.expires_at,
    activitySealed: row.activity_sealed,
  }
}
