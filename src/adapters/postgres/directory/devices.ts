// Devices of users: directory rows, which the primary writes and which travel. A device key is one
// of a user's: another user's row of the same key is another device.
import type { Fragment } from 'postgres'
import type { Pool, PrimaryPool } from '#ports/capability.js'
import type { Devices, StoredDevice } from '#ports/devices.js'
import type { Queryable } from '../connection/connection.js'
import { Repository } from '../connection/repository.js'
import { at } from '../connection/values.js'

interface Row {
  readonly sub: string
  readonly device_key: string
  readonly device_sealed: Uint8Array
  readonly is_remembered: boolean
  readonly created_at: number
  readonly modified_at: number
}

export class PostgresDevices extends Repository implements Devices {
  async find(pool: Pool, sub: string, deviceKey: string): Promise<StoredDevice | undefined> {
    const [row] = await this.query((sql) => sql<Row[]>`${byKey(sql, pool, sub, deviceKey)}`)
    return row && toDevice(row)
  }

  async findForUpdate(
    pool: Pool,
    sub: string,
    deviceKey: string,
  ): Promise<StoredDevice | undefined> {
    const [row] = await this.query(
      (sql) => sql<Row[]>`${byKey(sql, pool, sub, deviceKey)} for update`,
    )
    return row && toDevice(row)
  }

  async page(
    pool: Pool,
    sub: string,
    { afterKey, limit }: { readonly afterKey: string | undefined; readonly limit: number },
  ): Promise<readonly StoredDevice[]> {
    const rows = await this.query(
      (sql) => sql<Row[]>`
        select sub, device_key, device_sealed, is_remembered, created_at, modified_at from devices
         where user_pool_id = ${pool.id} and sub = ${sub} and device_key > ${afterKey ?? ''}
         order by device_key limit ${limit}`,
    )
    return rows.map(toDevice)
  }

  async insert(pool: PrimaryPool, device: StoredDevice): Promise<'inserted' | 'exists'> {
    const isInserted = await this.changes(
      (sql) => sql`
        insert into devices (user_pool_id, sub, device_key, device_sealed, is_remembered,
          created_at, modified_at)
        values (${pool.id}, ${device.sub}, ${device.deviceKey}, ${device.deviceSealed},
          ${device.isRemembered}, ${at(device.createdAtMs)}, ${at(device.modifiedAtMs)})
        on conflict do nothing`,
    )
    return isInserted ? 'inserted' : 'exists'
  }

  async update(pool: PrimaryPool, device: StoredDevice): Promise<'updated' | 'absent'> {
    const isUpdated = await this.changes(
      (sql) => sql`
        update devices set device_sealed = ${device.deviceSealed},
            is_remembered = ${device.isRemembered}, modified_at = ${at(device.modifiedAtMs)}
         where user_pool_id = ${pool.id} and sub = ${device.sub}
           and device_key = ${device.deviceKey}`,
    )
    return isUpdated ? 'updated' : 'absent'
  }

  async remove(pool: PrimaryPool, sub: string, deviceKey: string): Promise<'removed' | 'absent'> {
    const isRemoved = await this.changes(
      (sql) => sql`
        delete from devices
         where user_pool_id = ${pool.id} and sub = ${sub} and device_key = ${deviceKey}`,
    )
    return isRemoved ? 'removed' : 'absent'
  }
}

function byKey(sql: Queryable, pool: Pool, sub: string, deviceKey: string): Fragment {
  return sql`
    select sub, device_key, device_sealed, is_remembered, created_at, modified_at from devices
     where user_pool_id = ${pool.id} and sub = ${sub} and device_key = ${deviceKey}`
}

function toDevice(row: Row): StoredDevice {
  return {
    sub: row.sub,
    deviceKey: row.device_key,
    deviceSealed: row.device_sealed,
    isRemembered: row.is_remembered,
    createdAtMs: row.created_at,
    modifiedAtMs: row.modified_at,
  }
}
