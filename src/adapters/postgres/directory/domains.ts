// Domains that a pool's primary Region gave it; they serve in every Region of the pool.
import type { Pool, PrimaryPool } from '#ports/capability.js'
import type { Domain, Domains } from '#ports/directory.js'
import { type DomainRow, toDomain } from '../configuration.js'
import { type Database, json } from '../database.js'
import { insertDomain } from '../domain-names.js'
import type { PoolCache } from '../pool-cache.js'
import { removedOr, updatedOr } from '../sql-rows.js'

export class PostgresDomains implements Domains {
  readonly #database: Database
  readonly #cache: PoolCache

  constructor(database: Database, cache: PoolCache) {
    this.#database = database
    this.#cache = cache
  }

  resolve(domain: string): Promise<Domain | undefined> {
    return this.#cache.domain(domain)
  }

  async list(pool: Pool): Promise<readonly Domain[]> {
    const rows = await this.#database.query(
      (sql) => sql<DomainRow[]>`
        select user_pool_id, domain, settings, created_at from user_pool_domains
         where user_pool_id = ${pool.id} order by created_at, domain`,
    )
    return rows.map(toDomain)
  }

  async insert(pool: PrimaryPool, domain: Domain): Promise<'inserted' | 'exists'> {
    const claim = { poolId: pool.id, domain }
    const outcome = await insertDomain(this.#database, 'user_pool_domains', claim)
    this.#cache.poolChanged(pool.id)
    return outcome
  }

  async update(pool: PrimaryPool, domain: Domain): Promise<'updated' | 'absent'> {
    const { count } = await this.#database.query(
      (sql) => sql`
        update user_pool_domains set settings = ${json(sql, domain.settings)}
         where user_pool_id = ${pool.id} and domain = ${domain.domain}`,
    )
    this.#cache.poolChanged(pool.id)
    return updatedOr(count)
  }

  async remove(pool: PrimaryPool, domain: string): Promise<'removed' | 'absent'> {
    const { count } = await this.#database.query(
      (sql) => sql`
        delete from user_pool_domains where user_pool_id = ${pool.id} and domain = ${domain}`,
    )
    this.#cache.poolChanged(pool.id)
    return removedOr(count)
  }
}
