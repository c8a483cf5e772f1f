// Resource servers and their scopes. A pool has few, so they are kept in memory as a list.
import type { Pool, PrimaryPool } from '#ports/capability.js'
import type { PageOptions, ResourceServer, ResourceServers } from '#ports/directory.js'
import { CachedRepository } from '../connection/repository.js'
import { json } from '../connection/values.js'

export class PostgresResourceServers extends CachedRepository implements ResourceServers {
  async find(pool: Pool, identifier: string): Promise<ResourceServer | undefined> {
    const { resourceServers } = await this.cache.lists(pool.id)
    return resourceServers.find((server) => server.identifier === identifier)
  }

  async page(pool: Pool, options: PageOptions): Promise<readonly ResourceServer[]> {
    const { resourceServers } = await this.cache.lists(pool.id)
    const { afterId } = options
    return resourceServers
      .filter((server) => afterId === undefined || isAfter(server.identifier, afterId))
      .slice(0, options.limit)
  }

  async insert(pool: PrimaryPool, server: ResourceServer): Promise<'inserted' | 'exists'> {
    const isInserted = await this.changePool(
      pool.id,
      (sql) => sql`
        insert into resource_servers (user_pool_id, identifier, name, scopes)
        values (${pool.id}, ${server.identifier}, ${server.name}, ${json(sql, server.scopes)})
        on conflict do nothing`,
    )
    return isInserted ? 'inserted' : 'exists'
  }

  async update(pool: PrimaryPool, server: ResourceServer): Promise<'updated' | 'absent'> {
    const isUpdated = await this.changePool(
      pool.id,
      (sql) => sql`
        update resource_servers set name = ${server.name}, scopes = ${json(sql, server.scopes)}
         where user_pool_id = ${pool.id} and identifier = ${server.identifier}`,
    )
    return isUpdated ? 'updated' : 'absent'
  }

  async remove(pool: PrimaryPool, identifier: string): Promise<'removed' | 'absent'> {
    const isRemoved = await this.changePool(
      pool.id,
      (sql) => sql`
        delete from resource_servers
         where user_pool_id = ${pool.id} and identifier = ${identifier}`,
    )
    return isRemoved ? 'removed' : 'absent'
  }
}

/** The database's order of the list: by bytes. */
function isAfter(identifier: string, other: string): boolean {
  return Buffer.compare(Buffer.from(identifier), Buffer.from(other)) > 0
}
