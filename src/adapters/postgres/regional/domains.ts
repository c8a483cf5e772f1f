// Prefix domains that a secondary Region gave a pool for itself.
import type { Pool, RegionalPool } from '#ports/capability.js'
import type { Domain } from '#ports/directory.js'
import type { RegionalDomains } from '#ports/regional.js'
import type { PoolCache } from '../cache/pool-cache.js'
import type { Connection } from '../connection/connection.js'
import { DomainTable } from '../directory/domain-table.js'

export class PostgresRegionalDomains implements RegionalDomains {
  readonly #table: DomainTable

  constructor(connection: Connection, cache: PoolCache) {
    this.#table = new DomainTable(connection, cache, 'regional_domains')
  }

  list(pool: Pool): Promise<readonly Domain[]> {
    return this.#table.list(pool)
  }

  insert(pool: RegionalPool, domain: Domain): Promise<'inserted' | 'exists'> {
    return this.#table.insert(pool, domain)
  }

  remove(pool: RegionalPool, domain: string): Promise<'removed' | 'absent'> {
    return this.#table.remove(pool, domain)
  }
}
