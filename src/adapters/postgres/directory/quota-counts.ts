// Counts of rows for quotas. A lock on the name of what is counted makes others wait who count it.
import type { PrimaryPool } from '#ports/capability.js'
import type { PoolResource, QuotaCounts } from '#ports/quotas.js'
import type { Queryable } from '../connection/connection.js'
import { lockName } from '../connection/connection.js'
import { Repository } from '../connection/repository.js'

const TABLES: Readonly<Record<PoolResource, string>> = {
  'app clients': 'user_pool_clients',
  groups: 'groups',
  'resource servers': 'resource_servers',
}

export class PostgresQuotaCounts extends Repository implements QuotaCounts {
  poolsReach(max: number): Promise<boolean> {
    return this.#reach('user pools', max, (sql) => sql`select from user_pools limit ${max}`)
  }

  reach(pool: PrimaryPool, resource: PoolResource, max: number): Promise<boolean> {
    return this.#reach(
      `${resource} of ${pool.id}`,
      max,
      (sql) => sql`
        select from ${sql(TABLES[resource])} where user_pool_id = ${pool.id} limit ${max}`,
    )
  }

  groupsOfUserReach(
    pool: PrimaryPool,
    { sub, name }: { readonly sub: string; readonly name: string },
    max: number,
  ): Promise<boolean> {
    return this.#reach(
      `groups of ${pool.id}/${sub}`,
      max,
      (sql) => sql`
        select from group_memberships
         where user_pool_id = ${pool.id} and sub = ${sub} and group_name <> ${name} limit ${max}`,
    )
  }

  async #reach(
    name: string,
    max: number,
    rows: (sql: Queryable) => ReturnType<Queryable>,
  ): Promise<boolean> {
    await lockName(this.connection, name)
    const { count } = await this.query(rows)
    return count >= max
  }
}
