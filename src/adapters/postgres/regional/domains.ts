// Prefix domains that a secondary Region gave a pool for itself.
import type { Pool, RegionalPool } from '#ports/capability.js'
import type { Domain } from '#ports/directory.js'
import type { RegionalDomains } from '#ports/regional.js'
import { type DomainRow, toDomain } from '../configuration.js'
import type { Database } from '../database.js'
import { insertDomain } from '../domain-names.js'
import type { PoolCache } from '../pool-cache.js'
import { removedOr } from '../sql-rows.js'

export class PostgresRegionalDomains implements RegionalDomains {
  readonly #database: Database
  readonly #cache: PoolCache

  constructor(database: Database, cache: PoolCache) {
    this.#database = database
    this.#cache = cache
  }

  async list(pool: Pool): Promise<readonly Domain[]> {
    const rows = await this.#database.query(
      (sql) => sql<DomainRow[]>`
        select user_pool_id, domain, settings, created_at from regional_domains
         where user_pool_id = ${pool.id} order by created_at, domain`,
    )
    return rows.map(toDomain)
  }

  async insert(pool: RegionalPool, domain: Domain): Promise<'inserted' | 'exists'> {
    const claim = { poolId: pool.id, domain }
    const outcome = await insertDomain(this.#database, 'regional_domains', claim)
    this.#cache.poolChanged(pool.id)
    return outcome
  }

  async remove(pool: RegionalPool, domain: string): Promise<'removed' | 'absent'> {
    const { count } = await this.#database.query(
      (sql) => sql`
        delete from regional_domains where user_pool_id = ${pool.id} and domain = ${domain}`,
    )
    this.#cache.poolChanged(pool.id)
    return removedOr(count)
  }
}
