// Domains that a pool's primary Region gave it; they serve in every Region of the pool.
import type { Pool, PrimaryPool } from '#ports/capability.js'
import type { Domain, Domains } from '#ports/directory.js'
import type { PoolCache } from '../cache/pool-cache.js'
import type { Connection } from '../connection/connection.js'
import { json } from '../connection/database.js'
import { updatedOr } from '../connection/sql-rows.js'
import { DomainTable } from './domain-table.js'

export class PostgresDomains implements Domains {
  readonly #connection: Connection
  readonly #cache: PoolCache
  readonly #table: DomainTable

  constructor(connection: Connection, cache: PoolCache) {
    this.#connection = connection
    this.#cache = cache
    this.#table = new DomainTable(connection, cache, 'user_pool_domains')
  }

  resolve(domain: string): Promise<Domain | undefined> {
    return this.#cache.domain(domain)
  }

  list(pool: Pool): Promise<readonly Domain[]> {
    return this.#table.list(pool)
  }

  insert(pool: PrimaryPool, domain: Domain): Promise<'inserted' | 'exists'> {
    return this.#table.insert(pool, domain)
  }

  async update(pool: PrimaryPool, domain: Domain): Promise<'updated' | 'absent'> {
    const { count } = await this.#connection.query(
      (sql) => sql`
        update user_pool_domains set settings = ${json(sql, domain.settings)}
         where user_pool_id = ${pool.id} and domain = ${domain.domain}`,
    )
    this.#cache.poolChanged(pool.id, this.#connection)
    return updatedOr(count)
  }

  remove(pool: PrimaryPool, domain: string): Promise<'removed' | 'absent'> {
    return this.#table.remove(pool, domain)
  }
}
