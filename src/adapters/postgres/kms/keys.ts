// The rows of this Region's keys. A change reads and writes its row under a lock, so that two
// changes at once never lose one another's. What must stay true: nothing is cached, since a key
// that was disabled must stop everywhere at once.
import type { KmsKey, KmsKeys, MultiRegion } from '#ports/kms.js'
import type { Connection, Queryable } from '../connection/connection.js'
import { Repository } from '../connection/repository.js'
import { at, json, type Nullable } from '../connection/values.js'

type StoredKey = Nullable<Omit<KmsKey, 'multiRegion'>, 'deletionWindowDays' | 'deletionAtMs'> & {
  readonly primaryRegion: string | null
  readonly replicas: MultiRegion['replicas']
}

const keyColumns = (sql: Queryable) => sql`
  key_id as id, description, state, policy, tags, material_sealed as "materialSealed",
  primary_region as "primaryRegion", replicas, k.created_at as "createdAtMs",
  deletion_window_days as "deletionWindowDays", deletion_at as "deletionAtMs"`

interface IdRow {
  readonly key_id: string
}

export class PostgresKmsKeys extends Repository implements KmsKeys {
  insert(key: KmsKey, aliases: readonly string[] = []): Promise<'inserted' | 'exists'> {
    return this.connection.atomically((connection) => insertKey(connection, key, aliases))
  }

  async find(keyId: string): Promise<KmsKey | undefined> {
    const [row] = await this.query(
      (sql) => sql<StoredKey[]>`
        select ${keyColumns(sql)} from kms_keys k where key_id = ${keyId}`,
    )
    return row && toKey(row)
  }

  async findByAlias(aliasName: string): Promise<KmsKey | undefined> {
    const [row] = await this.query(
      (sql) => sql<StoredKey[]>`
        select ${keyColumns(sql)} from kms_keys k join kms_aliases a using (key_id)
        where a.alias_name = ${aliasName}`,
    )
    return row && toKey(row)
  }

  async list({ afterId, limit }: { afterId: string; limit: number }): Promise<readonly string[]> {
    const rows = await this.query(
      (sql) => sql<IdRow[]>`
        select key_id from kms_keys where key_id > ${afterId} order by key_id limit ${limit}`,
    )
    return rows.map((row) => row.key_id)
  }

  async listOfPrimary(
    primaryRegion: string,
    { afterId, limit }: { afterId: string; limit: number },
  ): Promise<readonly KmsKey[]> {
    const rows = await this.query(
      (sql) => sql<StoredKey[]>`
        select ${keyColumns(sql)} from kms_keys k
        where primary_region = ${primaryRegion} and key_id > ${afterId}
        order by key_id limit ${limit}`,
    )
    return rows.map(toKey)
  }

  change(keyId: string, work: (key: KmsKey) => KmsKey): Promise<KmsKey | undefined> {
    return this.connection.atomically(async (connection) => {
      const [row] = await connection.query(
        (sql) =>
          sql<
            StoredKey[]
          >`select ${keyColumns(sql)} from kms_keys k where key_id = ${keyId} for update`,
      )
      if (row === undefined) return undefined
      const changed = work(toKey(row))
      await connection.query((sql) => updateKey(sql, changed))
      return changed
    })
  }

  async listDue(nowMs: number): Promise<readonly string[]> {
    const rows = await this.query(
      (sql) => sql<IdRow[]>`select key_id from kms_keys where deletion_at <= ${at(nowMs)}`,
    )
    return rows.map((row) => row.key_id)
  }

  removeDue(keyId: string, nowMs: number): Promise<'removed' | 'not-due'> {
    return this.connection.atomically((connection) => removeDue(connection, keyId, nowMs))
  }

  async listDeletedHere(keyIds: readonly string[]): Promise<readonly string[]> {
    const rows = await this.query(
      (sql) => sql<IdRow[]>`
        select key_id from kms_deleted_replicas where key_id = any(${sql.array([...keyIds])})`,
    )
    return rows.map((row) => row.key_id)
  }
}

async function insertKey(
  connection: Connection,
  key: KmsKey,
  aliases: readonly string[],
): Promise<'inserted' | 'exists'> {
  const { multiRegion } = key
  const inserted = await connection.query(
    (sql) => sql`
      insert into kms_keys (key_id, description, state, policy, tags, material_sealed,
        primary_region, replicas, created_at, deletion_window_days, deletion_at)
      values (${key.id}, ${key.description}, ${key.state}, ${key.policy},
        ${json(sql, key.tags)}, ${key.materialSealed}, ${multiRegion?.primaryRegion ?? null},
        ${json(sql, multiRegion?.replicas ?? [])}, ${at(key.createdAtMs)},
        ${key.deletionWindowDays ?? null}, ${at(key.deletionAtMs)})
      on conflict do nothing returning 1`,
  )
  if (inserted.length === 0) return 'exists'
  for (const name of aliases) {
    await connection.query(
      (sql) => sql`
        insert into kms_aliases (alias_name, key_id, created_at, modified_at)
        values (${name}, ${key.id}, ${at(key.createdAtMs)}, ${at(key.createdAtMs)})
        on conflict do nothing`,
    )
  }
  await connection.query((sql) => sql`delete from kms_deleted_replicas where key_id = ${key.id}`)
  return 'inserted'
}

function updateKey(sql: Queryable, key: KmsKey) {
  return sql`
    update kms_keys set description = ${key.description}, state = ${key.state},
      policy = ${key.policy}, tags = ${json(sql, key.tags)},
      material_sealed = ${key.materialSealed},
      primary_region = ${key.multiRegion?.primaryRegion ?? null},
      replicas = ${json(sql, key.multiRegion?.replicas ?? [])},
      deletion_window_days = ${key.deletionWindowDays ?? null},
      deletion_at = ${at(key.deletionAtMs)}
    where key_id = ${key.id}`
}

/** Whether the key is due is asked again in the statement: its owner may just have changed it. */
async function removeDue(
  connection: Connection,
  keyId: string,
  nowMs: number,
): Promise<'removed' | 'not-due'> {
  const [removed] = await connection.query(
    (sql) => sql<{ is_multi_region: boolean }[]>`
      delete from kms_keys
      where key_id = ${keyId} and state = 'PendingDeletion' and deletion_at <= ${at(nowMs)}
      returning primary_region is not null as is_multi_region`,
  )
  if (removed === undefined) return 'not-due'
  if (removed.is_multi_region) {
    await connection.query(
      (sql) => sql`
        insert into kms_deleted_replicas (key_id, deleted_at) values (${keyId}, ${at(nowMs)})
        on conflict do nothing`,
    )
  }
  return 'removed'
}

function toKey({ primaryRegion, replicas, ...row }: StoredKey): KmsKey {
  return {
    ...row,
    multiRegion: primaryRegion === null ? undefined : { primaryRegion, replicas },
    deletionWindowDays: row.deletionWindowDays ?? undefined,
    deletionAtMs: row.deletionAtMs ?? undefined,
  }
}
