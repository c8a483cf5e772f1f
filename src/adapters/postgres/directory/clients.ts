// App clients and their secrets. Calls of end users name a client by its ID alone, so `resolve` is
// on the way of every one of them and answers from memory. An ID is given away once in a Region;
// should pools of two Regions have taken one all the same, `resolve` gives the older client, and
// `find` still gives each pool its own.
import type { Pool, PrimaryPool } from '#ports/capability.js'
import type { Client, ClientChange, ClientSecret, Clients } from '#ports/directory.js'
import type { Transaction } from '#ports/transaction.js'
import { type ClientRow, loadClientOf, loadSecrets, toClient } from '../configuration.js'
import { at, type Database, json } from '../database.js'
import { lockName } from '../name-locks.js'
import type { PoolCache } from '../pool-cache.js'
import { insertedOr, laterThan, removedOr } from '../sql-rows.js'

export class PostgresClients implements Clients {
  readonly #database: Database
  readonly #cache: PoolCache

  constructor(database: Database, cache: PoolCache) {
    this.#database = database
    this.#cache = cache
  }

  resolve(clientId: string): ReturnType<Clients['resolve']> {
    return this.#cache.client(clientId)
  }

  async find(pool: Pool, clientId: string): ReturnType<Clients['find']> {
    const served = await this.#cache.client(clientId)
    if (served === undefined || served.poolId === pool.id) return served
    return loadClientOf(this.#database, { poolId: pool.id, clientId })
  }

  async page(
    pool: Pool,
    options: { afterId: string | undefined; limit: number },
  ): Promise<readonly Client[]> {
    const rows = await this.#database.query(
      (sql) => sql<ClientRow[]>`
        select * from user_pool_clients
         where user_pool_id = ${pool.id} and client_id > ${options.afterId ?? ''}
         order by client_id limit ${options.limit}`,
    )
    return rows.map(toClient)
  }

  async insert(pool: PrimaryPool, client: Client, tx: Transaction): Promise<'inserted' | 'exists'> {
    // With a slash, so that no domain's lock has this name.
    await lockName(this.#database, `client/${client.clientId}`, tx)
    const { count } = await this.#database.query(
      (sql) => sql`
        insert into user_pool_clients (user_pool_id, client_id, name, settings, created_at,
          modified_at)
        select ${pool.id}, ${client.clientId}, ${client.name}, ${json(sql, client.settings)},
          ${at(client.createdAtMs)}, ${at(client.modifiedAtMs)}
         where not exists (
           select from user_pool_clients where client_id = ${client.clientId})`,
      tx,
    )
    this.#cache.poolChanged(pool.id, tx)
    return insertedOr(count)
  }

  async update(pool: PrimaryPool, client: Client, change: ClientChange): Promise<Client | 'stale'> {
    const modifiedAtMs = laterThan(client.modifiedAtMs, change.modifiedAtMs)
    const { count } = await this.#database.query(
      (sql) => sql`
        update user_pool_clients set name = ${change.name},
          settings = ${json(sql, change.settings)}, modified_at = ${at(modifiedAtMs)}
         where user_pool_id = ${pool.id} and client_id = ${client.clientId}
           and date_trunc('milliseconds', modified_at) = ${at(client.modifiedAtMs)}`,
    )
    this.#cache.poolChanged(pool.id)
    return count > 0 ? { ...client, ...change, modifiedAtMs } : 'stale'
  }

  async remove(pool: PrimaryPool, clientId: string): Promise<'removed' | 'absent'> {
    const { count } = await this.#database.query(
      (sql) => sql`
        with secrets as (
          delete from client_secrets
           where user_pool_id = ${pool.id} and client_id = ${clientId})
        delete from user_pool_clients
         where user_pool_id = ${pool.id} and client_id = ${clientId}`,
    )
    this.#cache.poolChanged(pool.id)
    return removedOr(count)
  }

  async secrets(pool: Pool, clientId: string): Promise<readonly ClientSecret[]> {
    return loadSecrets(this.#database, { poolId: pool.id, clientId })
  }

  async insertSecret(pool: PrimaryPool, secret: ClientSecret, tx?: Transaction): Promise<void> {
    await this.#database.query(
      (sql) => sql`
        insert into client_secrets (user_pool_id, client_id, client_secret_id, secret_sealed,
          created_at)
        values (${pool.id}, ${secret.clientId}, ${secret.secretId}, ${secret.secretSealed},
          ${at(secret.createdAtMs)})`,
      tx,
    )
    this.#cache.poolChanged(pool.id, tx)
  }

  async removeSecret(
    pool: PrimaryPool,
    clientId: string,
    secretId: string,
  ): Promise<'removed' | 'absent'> {
    const { count } = await this.#database.query(
      (sql) => sql`
        delete from client_secrets
         where user_pool_id = ${pool.id} and client_id = ${clientId}
           and client_secret_id = ${secretId}`,
    )
    this.#cache.poolChanged(pool.id)
    return removedOr(count)
  }
}
