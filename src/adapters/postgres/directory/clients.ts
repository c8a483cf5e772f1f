// App clients and their secrets. Calls of end users name a client by its ID alone, so `resolve` is
// on the way of every one of them and reads from memory. An ID is assigned once in a Region;
// should pools of two Regions have taken one all the same, `resolve` returns the older client, and
// `find` still returns each pool's own.
import type { Pool, PrimaryPool } from '#ports/capability.js'
import type { Client, ClientChange, ClientSecret, Clients, PageOptions } from '#ports/directory.js'
import { clientColumns, loadClient, type StoredClient, toClient } from '../cache/pool-queries.js'
import { type Connection, lockName } from '../connection/connection.js'
import { CachedRepository } from '../connection/repository.js'
import { at, json, laterThan } from '../connection/values.js'

interface OfClient {
  readonly poolId: string
  readonly clientId: string
}

export class PostgresClients extends CachedRepository implements Clients {
  resolve(clientId: string): ReturnType<Clients['resolve']> {
    return this.cache.client(clientId)
  }

  async find(pool: Pool, clientId: string): ReturnType<Clients['find']> {
    const served = await this.cache.client(clientId)
    if (served === undefined || served.poolId === pool.id) return served
    return loadClient(this.connection, { poolId: pool.id, clientId })
  }

  async page(pool: Pool, options: PageOptions): Promise<readonly Client[]> {
    const rows = await this.query(
      (sql) => sql<StoredClient[]>`
        select ${clientColumns(sql)} from user_pool_clients
         where user_pool_id = ${pool.id} and client_id > ${options.afterId ?? ''}
         order by client_id limit ${options.limit}`,
    )
    return rows.map(toClient)
  }

  insert(pool: PrimaryPool, client: Client): Promise<'inserted' | 'exists'> {
    return this.connection.atomically(async (connection) => {
      // With a slash, so that no domain's lock has this name.
      await lockName(connection, `client/${client.clientId}`)
      const isInserted = await this.changePool(
        pool.id,
        (sql) => sql`
        insert into user_pool_clients (user_pool_id, client_id, name, settings, created_at,
          modified_at)
        select ${pool.id}, ${client.clientId}, ${client.name}, ${json(sql, client.settings)},
          ${at(client.createdAtMs)}, ${at(client.modifiedAtMs)}
         where not exists (
           select from user_pool_clients where client_id = ${client.clientId})`,
        connection,
      )
      return isInserted ? 'inserted' : 'exists'
    })
  }

  async update(
    pool: PrimaryPool,
    client: Client,
    change: ClientChange,
  ): Promise<Client | 'conflict'> {
    const modifiedAtMs = laterThan(client.modifiedAtMs, change.modifiedAtMs)
    const isUpdated = await this.changePool(
      pool.id,
      (sql) => sql`
        update user_pool_clients set name = ${change.name},
          settings = ${json(sql, change.settings)}, modified_at = ${at(modifiedAtMs)}
         where user_pool_id = ${pool.id} and client_id = ${client.clientId}
           and date_trunc('milliseconds', modified_at) = ${at(client.modifiedAtMs)}`,
    )
    return isUpdated ? { ...client, ...change, modifiedAtMs } : 'conflict'
  }

  async remove(pool: PrimaryPool, clientId: string): Promise<'removed' | 'absent'> {
    const of = { poolId: pool.id, clientId }
    return this.connection.atomically(async (connection) => {
      if (!(await lockClient(connection, of))) return 'absent'
      await this.changePool(
        pool.id,
        (sql) => sql`
          with secrets as (
            delete from client_secrets
             where user_pool_id = ${pool.id} and client_id = ${clientId})
          delete from user_pool_clients
           where user_pool_id = ${pool.id} and client_id = ${clientId}`,
        connection,
      )
      return 'removed'
    })
  }

  async insertSecret(
    pool: PrimaryPool,
    secret: ClientSecret,
    options: { max: number },
  ): ReturnType<Clients['insertSecret']> {
    const of = { poolId: pool.id, clientId: secret.clientId }
    return this.connection.atomically(async (connection) => {
      if (!(await lockClient(connection, of))) return 'absent'
      if ((await secretIds(connection, of)).length >= options.max) return 'too-many'
      await this.changePool(
        pool.id,
        (sql) => sql`
          insert into client_secrets (user_pool_id, client_id, client_secret_id, secret_sealed,
            created_at)
          values (${pool.id}, ${secret.clientId}, ${secret.secretId}, ${secret.secretSealed},
            ${at(secret.createdAtMs)})`,
        connection,
      )
      return 'inserted'
    })
  }

  async removeSecret(
    pool: PrimaryPool,
    clientId: string,
    secretId: string,
  ): ReturnType<Clients['removeSecret']> {
    const of = { poolId: pool.id, clientId }
    return this.connection.atomically(async (connection) => {
      await lockClient(connection, of)
      const ids = await secretIds(connection, of)
      if (!ids.includes(secretId)) return 'absent'
      if (ids.length === 1) return 'last'
      await this.changePool(
        pool.id,
        (sql) => sql`
          delete from client_secrets
           where user_pool_id = ${pool.id} and client_id = ${clientId}
             and client_secret_id = ${secretId}`,
        connection,
      )
      return 'removed'
    })
  }
}

/**
 * Makes others wait who give the client secrets or take them; false when it is not there. How
 * many secrets a client may have is a rule about several rows, which no constraint can hold.
 */
async function lockClient(connection: Connection, of: OfClient): Promise<boolean> {
  const { count } = await connection.query(
    (sql) => sql`
      select from user_pool_clients
       where user_pool_id = ${of.poolId} and client_id = ${of.clientId} for update`,
  )
  return count > 0
}

async function secretIds(connection: Connection, of: OfClient): Promise<readonly string[]> {
  const rows = await connection.query(
    (sql) => sql<{ id: string }[]>`
      select client_secret_id as id from client_secrets
       where user_pool_id = ${of.poolId} and client_id = ${of.clientId}`,
  )
  return rows.map((row) => row.id)
}
