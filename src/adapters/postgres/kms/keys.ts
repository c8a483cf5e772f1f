// The rows of this Region's keys. A change reads and writes its row under a lock, so that two
// changes at once never lose one another's. What must stay true: nothing is cached, since a key
// that was disabled must stop everywhere at once.
import type { KeyState, KmsKey, KmsKeys, MultiRegion, ReplicaRegion } from '#ports/kms.js'
import type { Transaction } from '#ports/transaction.js'
import { at, type Database, json, type Queryable } from '../database.js'

interface KeyRow {
  readonly key_id: string
  readonly description: string
  readonly state: KeyState
  readonly policy: string
  readonly tags: Readonly<Record<string, string>>
  readonly material_sealed: Uint8Array
  readonly primary_region: string | null
  readonly replicas: readonly ReplicaRegion[]
  /** Milliseconds: the connection reads moments as numbers. */
  readonly created_at: number
  readonly deletion_window_days: number | null
  readonly deletion_at: number | null
}

interface IdRow {
  readonly key_id: string
}

class PostgresKmsKeys implements KmsKeys {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  insert(key: KmsKey, aliases: readonly string[] = []): Promise<'inserted' | 'exists'> {
    return this.#database.begin((tx) => insertKey(this.#database, tx, key, aliases))
  }

  async find(keyId: string): Promise<KmsKey | undefined> {
    const [row] = await this.#database.query(
      (sql) => sql<KeyRow[]>`select * from kms_keys where key_id = ${keyId}`,
    )
    return row && toKey(row)
  }

  async findByAlias(aliasName: string): Promise<KmsKey | undefined> {
    const [row] = await this.#database.query(
      (sql) => sql<KeyRow[]>`
        select k.* from kms_keys k join kms_aliases a using (key_id)
        where a.alias_name = ${aliasName}`,
    )
    return row && toKey(row)
  }

  async list({ afterId, limit }: { afterId: string; limit: number }): Promise<readonly string[]> {
    const rows = await this.#database.query(
      (sql) => sql<IdRow[]>`
        select key_id from kms_keys where key_id > ${afterId} order by key_id limit ${limit}`,
    )
    return rows.map((row) => row.key_id)
  }

  async listOfPrimary(
    primaryRegion: string,
    { afterId, limit }: { afterId: string; limit: number },
  ): Promise<readonly KmsKey[]> {
    const rows = await this.#database.query(
      (sql) => sql<KeyRow[]>`
        select * from kms_keys where primary_region = ${primaryRegion} and key_id > ${afterId}
        order by key_id limit ${limit}`,
    )
    return rows.map(toKey)
  }

  change(keyId: string, work: (key: KmsKey) => KmsKey): Promise<KmsKey | undefined> {
    return this.#database.begin(async (tx) => {
      const [row] = await this.#database.query(
        (sql) => sql<KeyRow[]>`select * from kms_keys where key_id = ${keyId} for update`,
        tx,
      )
      if (row === undefined) return undefined
      const changed = work(toKey(row))
      await this.#database.query((sql) => updateKey(sql, changed), tx)
      return changed
    })
  }

  async listDue(nowMs: number): Promise<readonly string[]> {
    const rows = await this.#database.query(
      (sql) => sql<IdRow[]>`select key_id from kms_keys where deletion_at <= ${at(nowMs)}`,
    )
    return rows.map((row) => row.key_id)
  }

  removeDue(keyId: string, nowMs: number): Promise<'removed' | 'not-due'> {
    return this.#database.begin((tx) => removeDue(this.#database, tx, keyId, nowMs))
  }

  async listDeletedReplicas(keyIds: readonly string[]): Promise<readonly string[]> {
    const rows = await this.#database.query(
      (sql) => sql<IdRow[]>`
        select key_id from kms_deleted_replicas where key_id = any(${sql.array([...keyIds])})`,
    )
    return rows.map((row) => row.key_id)
  }
}

async function insertKey(
  database: Database,
  tx: Transaction,
  key: KmsKey,
  aliases: readonly string[],
): Promise<'inserted' | 'exists'> {
  const { multiRegion } = key
  const inserted = await database.query(
    (sql) => sql`
      insert into kms_keys (key_id, description, state, policy, tags, material_sealed,
        primary_region, replicas, created_at, deletion_window_days, deletion_at)
      values (${key.id}, ${key.description}, ${key.state}, ${key.policy},
        ${json(sql, key.tags)}, ${key.materialSealed}, ${multiRegion?.primaryRegion ?? null},
        ${json(sql, multiRegion?.replicas ?? [])}, ${at(key.createdAtMs)},
        ${key.deletionWindowDays ?? null}, ${at(key.deletionAtMs)})
      on conflict do nothing returning 1`,
    tx,
  )
  if (inserted.length === 0) return 'exists'
  for (const name of aliases) {
    await database.query(
      (sql) => sql`
        insert into kms_aliases (alias_name, key_id, created_at, modified_at)
        values (${name}, ${key.id}, ${at(key.createdAtMs)}, ${at(key.createdAtMs)})
        on conflict do nothing`,
      tx,
    )
  }
  await database.query((sql) => sql`delete from kms_deleted_replicas where key_id = ${key.id}`, tx)
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
  database: Database,
  tx: Transaction,
  keyId: string,
  nowMs: number,
): Promise<'removed' | 'not-due'> {
  const [removed] = await database.query(
    (sql) => sql<{ is_replica: boolean }[]>`
      delete from kms_keys
      where key_id = ${keyId} and state = 'PendingDeletion' and deletion_at <= ${at(nowMs)}
      returning coalesce(primary_region <> ${database.region}, false) as is_replica`,
    tx,
  )
  if (removed === undefined) return 'not-due'
  if (removed.is_replica) {
    await database.query(
      (sql) => sql`
        insert into kms_deleted_replicas (key_id, deleted_at) values (${keyId}, ${at(nowMs)})
        on conflict do nothing`,
      tx,
    )
  }
  return 'removed'
}

function toKey(row: KeyRow): KmsKey {
  return {
    id: row.key_id,
    description: row.description,
    state: row.state,
    policy: row.policy,
    tags: row.tags,
    materialSealed: row.material_sealed,
    multiRegion: toMultiRegion(row),
    createdAtMs: row.created_at,
    deletionWindowDays: row.deletion_window_days ?? undefined,
    deletionAtMs: row.deletion_at ?? undefined,
  }
}

function toMultiRegion(row: KeyRow): MultiRegion | undefined {
  if (row.primary_region === null) return undefined
  return {
    primaryRegion: row.primary_region,
    replicas: row.replicas,
  }
}

export function createKmsKeys(database: Database): KmsKeys {
  return new PostgresKmsKeys(database)
}
