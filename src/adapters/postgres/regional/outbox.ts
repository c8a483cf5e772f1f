// Messages of this Region that no real sender took, for `twinpool outbox` and the start page.
import type { Pool } from '#ports/capability.js'
import type { Outbox, OutboxMessage } from '#ports/regional.js'
import type { Connection } from '../connection/connection.js'
import { at } from '../connection/database.js'

interface OutboxRow {
  readonly user_pool_id: string
  readonly message_id: string
  readonly message_sealed: Uint8Array
  readonly created_at: number
}

export class PostgresOutbox implements Outbox {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  async insert(pool: Pool, message: OutboxMessage): Promise<void> {
    await this.#connection.query(
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
    const rows = await this.#connection.query((sql) =>
      poolId === undefined
        ? sql<OutboxRow[]>`
            select * from outbox order by created_at desc, message_id limit ${limit}`
        : sql<OutboxRow[]>`
            select * from outbox where user_pool_id = ${poolId}
             order by created_at desc, message_id limit ${limit}`,
    )
    return rows.map((row) => ({
      poolId: row.user_pool_id,
      messageId: row.message_id,
      messageSealed: row.message_sealed,
      createdAtMs: row.created_at,
    }))
  }
}
