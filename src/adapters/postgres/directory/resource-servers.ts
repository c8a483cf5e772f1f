// Resource servers and their scopes. A pool has few, so they are kept in memory as a list.
import type { Pool, PrimaryPool } from '#ports/capability.js'
import type { ResourceServer, ResourceServers } from '#ports/directory.js'
import type { PoolCache } from '../cache/pool-cache.js'
import type { Connection } from '../connection/connection.js'
import { json } from '../connection/database.js'
import { insertedOr, removedOr, updatedOr } from '../connection/sql-rows.js'

export class PostgresResourceServers implements ResourceServers {
  readonly #connection: Connection
  readonly #cache: PoolCache

  constructor(connection: Connection, cache: PoolCache) {
    this.#connection = connection
    this.#cache = cache
  }

  async find(pool: Pool, identifier: string): Promise<ResourceServer | undefined> {
    const { resourceServers } = await this.#cache.lists(pool.id)
    return resourceServers.find((server) => server.identifier === identifier)
  }

  async page(
    pool: Pool,
    options: { afterId: string | undefined; limit: number },
  ): Promise<readonly ResourceServer[]> {
    const { resourceServers } = await this.#cache.lists(pool.id)
    const { afterId } = options
    return resourceServers
      .filter((server) => afterId === undefined || isAfter(server.identifier, afterId))
      .slice(0, options.limit)
  }

  async insert(pool: PrimaryPool, server: ResourceServer): Promise<'inserted' | 'exists'> {
    const { count } = await this.#connection.query(
      (sql) => sql`
        insert into resource_servers (user_pool_id, identifier, name, scopes)
        values (${pool.id}, ${server.identifier}, ${server.name}, ${json(sql, server.scopes)})
        on conflict do nothing`,
    )
    this.#cache.poolChanged(pool.id, this.#connection)
    return insertedOr(count)
  }

  async update(pool: PrimaryPool, server: ResourceServer): Promise<'updated' | 'absent'> {
    const { count } = await this.#connection.query(
      (sql) => sql`
        update resource_servers set name = ${server.name}, scopes = ${json(sql, server.scopes)}
         where user_pool_id = ${pool.id} and identifier = ${server.identifier}`,
    )
    this.#cache.poolChanged(pool.id, this.#connection)
    return updatedOr(count)
  }

  async remove(pool: PrimaryPool, identifier: string): Promise<'removed' | 'absent'> {
    const { count } = await this.#connection.query(
      (sql) => sql`
        delete from resource_servers
         where user_pool_id = ${pool.id} and identifier = ${identifier}`,
    )
    this.#cache.poolChanged(pool.id, this.#connection)
    return removedOr(count)
  }
}

/** The database's order of the list: by bytes. */
function isAfter(identifier: string, other: string): boolean {
  return Buffer.compare(Buffer.from(identifier), Buffer.from(other)) > 0
}
