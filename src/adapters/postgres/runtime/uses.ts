// Things that may be used once: rotating refresh tokens, whose first use counts in every Region,
// and challenge sessions, which are bound to the Region that sealed them.
import type { Pool } from '#ports/capability.js'
import type { RotationUse, RotationUses, UsedSessions } from '#ports/runtime.js'
import type { Connection } from '../connection.js'
import { at } from '../database.js'

export class PostgresRotationUses implements RotationUses {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  async use(
    pool: Pool,
    refreshJti: string,
    atMs: number,
    expiresAtMs: number,
  ): Promise<RotationUse> {
    const [row] = await this.#connection.query(
      (sql) => sql<{ is_mine: boolean; earlier: number | null }[]>`
        with mine as (
          insert into rotation_uses (user_pool_id, origin_region, refresh_jti, used_at, expires_at)
          values (${pool.id}, ${this.#connection.region}, ${refreshJti}, ${at(atMs)},
            ${at(expiresAtMs)})
          on conflict do nothing returning used_at)
        select exists (select from mine) as is_mine, (
          select min(used_at) from rotation_uses
           where user_pool_id = ${pool.id} and refresh_jti = ${refreshJti}) as earlier`,
    )
    // The statement sees what was there before its own insert: rows of other uses only.
    if (row?.earlier != null) return { isFirst: false, firstUseMs: Math.min(row.earlier, atMs) }
    if (row?.is_mine) return { isFirst: true, firstUseMs: atMs }
    // Another use committed after this statement had begun to look: now it is visible.
    const [other] = await this.#connection.query(
      (sql) => sql<{ first_use: number | null }[]>`
        select min(used_at) as first_use from rotation_uses
         where user_pool_id = ${pool.id} and refresh_jti = ${refreshJti}`,
    )
    return { isFirst: false, firstUseMs: Math.min(other?.first_use ?? atMs, atMs) }
  }
}

export class PostgresUsedSessions implements UsedSessions {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  async take(pool: Pool, sessionId: string, expiresAtMs: number): Promise<'first' | 'again'> {
    const { count } = await this.#connection.query(
      (sql) => sql`
        insert into used_sessions (user_pool_id, session_id, expires_at)
        values (${pool.id}, ${sessionId}, ${at(expiresAtMs)})
        on conflict do nothing`,
    )
    return count > 0 ? 'first' : 'again'
  }
}
