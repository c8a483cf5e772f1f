// Ends of sessions, written by the Region where they happen and known in every Region: global
// sign-outs of a user and revocations of one session.

import { required } from '#base/assert.js'
import { isUuid } from '#base/uuid.js'
import type { Pool } from '#ports/capability.js'
import type { Revocations, SessionState, Sessions, SignOuts } from '#ports/runtime.js'
import { Repository } from '../connection/repository.js'
import { at } from '../connection/values.js'

/** Sessions begin a millisecond after the sign-outs that are known, so the next one is later. */
export class PostgresSignOuts extends Repository implements SignOuts {
  async add(pool: Pool, sub: string, atMs: number): Promise<void> {
    await this.query(
      (sql) => sql`
        insert into sign_outs (user_pool_id, origin_region, sub, signed_out_at)
        values (${pool.id}, ${this.connection.region}, ${sub}, greatest(${at(atMs)}, (
          select max(signed_out_at) + interval '1 ms' from sign_outs
           where user_pool_id = ${pool.id} and sub = ${sub})))
        on conflict (user_pool_id, origin_region, sub) do update
          set signed_out_at = excluded.signed_out_at
          where sign_outs.signed_out_at < excluded.signed_out_at`,
    )
  }

  async latestMs(pool: Pool, sub: string): Promise<number | undefined> {
    if (!isUuid(sub)) return undefined
    const [row] = await this.query(
      (sql) => sql<{ latest: number | null }[]>`
        select max(signed_out_at) as latest from sign_outs
         where user_pool_id = ${pool.id} and sub = ${sub}`,
    )
    return row?.latest ?? undefined
  }
}

export class PostgresRevocations extends Repository implements Revocations {
  async add(pool: Pool, originJti: string, expiresAtMs: number): Promise<void> {
    await this.query(
      (sql) => sql`
        insert into revocations (user_pool_id, origin_region, origin_jti, expires_at)
        values (${pool.id}, ${this.connection.region}, ${originJti}, ${at(expiresAtMs)})
        on conflict (user_pool_id, origin_region, origin_jti) do update
          set expires_at = excluded.expires_at
          where revocations.expires_at < excluded.expires_at`,
    )
  }

  async has(pool: Pool, originJti: string): Promise<boolean> {
    if (!isUuid(originJti)) return false
    const rows = await this.query(
      (sql) => sql`
        select from revocations
         where user_pool_id = ${pool.id} and origin_jti = ${originJti} limit 1`,
    )
    return rows.length > 0
  }
}

export class PostgresSessions extends Repository implements Sessions {
  async state(
    pool: Pool,
    session: { readonly sub: string; readonly originJti: string },
  ): Promise<SessionState> {
    interface Row {
      readonly is_revoked: boolean
      readonly signed_out_at: number | null
    }
    const [row] = await this.query(
      (sql) => sql<Row[]>`
        select exists (
            select from revocations
             where user_pool_id = ${pool.id} and origin_jti = ${session.originJti}) as is_revoked,
          (select max(signed_out_at) from sign_outs
            where user_pool_id = ${pool.id} and sub = ${session.sub}) as signed_out_at`,
    )
    const { is_revoked: isRevoked, signed_out_at: signedOutAt } = required(row, 'session state')
    return { isRevoked, signedOutAtMs: signedOutAt ?? undefined }
  }
}
