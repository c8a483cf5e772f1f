// Domains, of which two tables have the same: those that a pool's primary Region gave it and those
// that a secondary gave it for itself. Names are given away once in a Region, whoever gives them,
// so a lock on the name stands in for the unique index that two tables cannot share.
import type { Pool } from '#ports/capability.js'
import type { Domain } from '#ports/directory.js'
import type { PoolCache } from '../cache/pool-cache.js'
import { type DomainRow, toDomain } from '../cache/pool-queries.js'
import type { Connection } from '../connection/connection.js'
import { at, json } from '../connection/database.js'
import { lockName } from '../connection/name-locks.js'
import { insertedOr, removedOr } from '../connection/sql-rows.js'

/** One of the two tables. Which pool may be written to is its caller's to check. */
export class DomainTable {
  readonly #connection: Connection
  readonly #cache: PoolCache
  readonly #table: 'user_pool_domains' | 'regional_domains'

  constructor(
    connection: Connection,
    cache: PoolCache,
    table: 'user_pool_domains' | 'regional_domains',
  ) {
    this.#connection = connection
    this.#cache = cache
    this.#table = table
  }

  async list(pool: Pool): Promise<readonly Domain[]> {
    const rows = await this.#connection.query(
      (sql) => sql<DomainRow[]>`
        select user_pool_id, domain, settings, created_at from ${sql(this.#table)}
         where user_pool_id = ${pool.id} order by created_at, domain`,
    )
    return rows.map(toDomain)
  }

  /** Inserts the domain unless the name is taken in this Region. */
  async insert(pool: Pool, domain: Domain): Promise<'inserted' | 'exists'> {
    const name = domain.domain
    return this.#connection.atomically(async (connection) => {
      await lockName(connection, name)
      const { count } = await connection.query(
        (sql) => sql`
          insert into ${sql(this.#table)} (user_pool_id, domain, settings, created_at)
          select ${pool.id}, ${name}, ${json(sql, domain.settings)}, ${at(domain.createdAtMs)}
           where not exists (select from user_pool_domains where domain = ${name})
             and not exists (select from regional_domains where domain = ${name})`,
      )
      this.#cache.poolChanged(pool.id, connection)
      return insertedOr(count)
    })
  }

  async remove(pool: Pool, domain: string): Promise<'removed' | 'absent'> {
    const { count } = await this.#connection.query(
      (sql) => sql`
        delete from ${sql(this.#table)} where user_pool_id = ${pool.id} and domain = ${domain}`,
    )
    this.#cache.poolChanged(pool.id, this.#connection)
    return removedOr(count)
  }
}
