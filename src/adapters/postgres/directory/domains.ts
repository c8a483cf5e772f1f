// Domains, of which two tables have the same: those that a pool's primary Region gave it, which
// serve in every Region of the pool, and prefix domains that a secondary gave it for itself. Names
// are unique in a Region across both tables, so a lock on the name stands in for the unique index
// that two tables cannot share.
import type { Pool, PrimaryPool } from '#ports/capability.js'
import type { Domain, Domains } from '#ports/directory.js'
import type { RegionalDomains } from '#ports/regional.js'
import { domainColumns } from '../cache/pool-queries.js'
import { lockName } from '../connection/connection.js'
import { CachedRepository } from '../connection/repository.js'
import { at, json } from '../connection/values.js'

/** One of the two tables. Which pools it may write to, the types of the ports say. */
abstract class DomainTable extends CachedRepository {
  protected abstract readonly table: 'user_pool_domains' | 'regional_domains'

  async list(pool: Pool): Promise<readonly Domain[]> {
    const rows = await this.query(
      (sql) => sql<Domain[]>`
        select ${domainColumns(sql)} from ${sql(this.table)}
         where user_pool_id = ${pool.id} order by created_at, domain`,
    )
    return [...rows]
  }

  /** Inserts the domain unless the name is taken in this Region. */
  async insert(pool: Pool, domain: Domain): Promise<'inserted' | 'exists'> {
    const name = domain.domain
    return this.connection.atomically(async (connection) => {
      await lockName(connection, name)
      const isInserted = await this.changePool(
        pool.id,
        (sql) => sql`
          insert into ${sql(this.table)} (user_pool_id, domain, settings, created_at)
          select ${pool.id}, ${name}, ${json(sql, domain.settings)}, ${at(domain.createdAtMs)}
           where not exists (select from user_pool_domains where domain = ${name})
             and not exists (select from regional_domains where domain = ${name})`,
        connection,
      )
      return isInserted ? 'inserted' : 'exists'
    })
  }

  async remove(pool: Pool, domain: string): Promise<'removed' | 'absent'> {
    const isRemoved = await this.changePool(
      pool.id,
      (sql) => sql`
        delete from ${sql(this.table)} where user_pool_id = ${pool.id} and domain = ${domain}`,
    )
    return isRemoved ? 'removed' : 'absent'
  }
}

export class PostgresDomains extends DomainTable implements Domains {
  protected readonly table = 'user_pool_domains'

  resolve(domain: string): Promise<Domain | undefined> {
    return this.cache.domain(domain)
  }

  async update(pool: PrimaryPool, domain: Domain): Promise<'updated' | 'absent'> {
    const isUpdated = await this.changePool(
      pool.id,
      (sql) => sql`
        update user_pool_domains set settings = ${json(sql, domain.settings)}
         where user_pool_id = ${pool.id} and domain = ${domain.domain}`,
    )
    return isUpdated ? 'updated' : 'absent'
  }
}

export class PostgresRegionalDomains extends DomainTable implements RegionalDomains {
  protected readonly table = 'regional_domains'
}
