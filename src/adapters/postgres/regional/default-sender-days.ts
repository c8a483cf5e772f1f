// The daily quota of the service's own sender. One row for a pool, which a new day begins anew.
import type { Pool } from '#ports/capability.js'
import type { DefaultSenderDays } from '#ports/regional.js'
import { Repository } from '../connection/repository.js'

export class PostgresDefaultSenderDays extends Repository implements DefaultSenderDays {
  async count(
    pool: Pool,
    { day, sendsMax }: { day: number; sendsMax: number },
  ): Promise<'counted' | 'too-many'> {
    const isCounted = await this.changes(
      (sql) => sql`
        insert into default_sender_days as d (user_pool_id, day, sends)
        values (${pool.id}, ${day}, 1)
        on conflict (user_pool_id) do update set
          sends = case when d.day < excluded.day then 1 else d.sends + 1 end,
          day = greatest(d.day, excluded.day)
          where d.day < excluded.day or d.sends < ${sendsMax}`,
    )
    return isCounted ? 'counted' : 'too-many'
  }

  async uncount(pool: Pool, { day }: { day: number }): Promise<void> {
    await this.query(
      (sql) => sql`
        update default_sender_days set sends = sends - 1
         where user_pool_id = ${pool.id} and day = ${day} and sends > 0`,
    )
  }
}
