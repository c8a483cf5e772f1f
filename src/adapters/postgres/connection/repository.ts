// What repositories have in common: the connection that their statements run on, and the cache that
// must hear of every change of a pool's configuration.
import type { PoolCache } from '../cache/pool-cache.js'
import type { Connection, Queryable } from './connection.js'

/** A statement that changes rows. */
type Change = (sql: Queryable) => PromiseLike<{ readonly count: number }>

export abstract class Repository {
  protected readonly connection: Connection

  constructor(connection: Connection) {
    this.connection = connection
  }

  protected query<T>(work: (sql: Queryable) => PromiseLike<T>): Promise<T> {
    return this.connection.query(work)
  }

  /** Runs a statement, and returns whether it has changed a row. */
  protected async changes(statement: Change): Promise<boolean> {
    return (await this.connection.query(statement)).count > 0
  }
}

export abstract class CachedRepository extends Repository {
  protected readonly cache: PoolCache

  constructor(connection: Connection, cache: PoolCache) {
    super(connection)
    this.cache = cache
  }

  /** Like `changes`, for what the cache knows of a pool: it reads the pool again afterwards. */
  protected async changePool(
    poolId: string,
    statement: Change,
    connection = this.connection,
  ): Promise<boolean> {
    const { count } = await connection.query(statement)
    this.cache.poolChanged(poolId, connection)
    return count > 0
  }
}
