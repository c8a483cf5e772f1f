// Messages of this Region that no real sender took, for `twinpool outbox` and the start page.
import type { Pool } from '#ports/capability.js'
import type { Outbox, OutboxMessage } from '#ports/regional.js'
import { Repository } from '../connection/repository.js'
import { at } from '../connection/values.js'

export class PostgresOutbox extends Repository implements Outbox {
  async insert(pool: Pool, message: OutboxMessage): Promise<void> {
    await this.query(
      (sql) => sql`
        insert into outbox (user_pool_id, message_id, message_sealed, created_at)
        values (${pool.id}, ${message.messageId}, ${message.messageSealed},
          ${at(message.createdAtMs)})`,
    )
  }

  async list(options: {
    poolId: string | undefined
    limit: number
  }): Promise<readonly OutboxMessage[]> {
    const { poolId, limit } = options
    const rows = await this.query(
      (sql) => sql<OutboxMessage[]>`
        select user_pool_id as "poolId", message_id as "messageId",
            message_sealed as "messageSealed", created_at as "createdAtMs"
          from outbox ${poolId === undefined ? sql`` : sql`where user_pool_id = ${poolId}`}
         order by created_at desc, message_id limit ${limit}`,
    )
    return [...rows]
  }
}
