// The rows of this Region's aliases. An alias goes with its key when the key is deleted, which the
// foreign key sees to.
import type { KmsAlias, KmsAliases } from '#ports/kms.js'
import type { Connection } from '../connection/connection.js'
import { at } from '../connection/database.js'

interface AliasRow {
  readonly alias_name: string
  readonly key_id: string
  /** Milliseconds: the connection reads moments as numbers. */
  readonly created_at: number
  readonly modified_at: number
}

class PostgresKmsAliases implements KmsAliases {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  async insert(alias: KmsAlias): Promise<'inserted' | 'exists'> {
    const inserted = await this.#connection.query(
      (sql) => sql`
        insert into kms_aliases (alias_name, key_id, created_at, modified_at)
        values (${alias.name}, ${alias.keyId}, ${at(alias.createdAtMs)}, ${at(alias.modifiedAtMs)})
        on conflict do nothing returning 1`,
    )
    return inserted.length === 0 ? 'exists' : 'inserted'
  }

  async find(name: string): Promise<KmsAlias | undefined> {
    const [row] = await this.#connection.query(
      (sql) => sql<AliasRow[]>`select * from kms_aliases where alias_name = ${name}`,
    )
    return row && toAlias(row)
  }

  async update(name: string, keyId: string, nowMs: number): Promise<'updated' | 'absent'> {
    const updated = await this.#connection.query(
      (sql) => sql`
        update kms_aliases set key_id = ${keyId}, modified_at = ${at(nowMs)}
        where alias_name = ${name} returning 1`,
    )
    return updated.length === 0 ? 'absent' : 'updated'
  }

  async remove(name: string): Promise<'removed' | 'absent'> {
    const removed = await this.#connection.query(
      (sql) => sql`delete from kms_aliases where alias_name = ${name} returning 1`,
    )
    return removed.length === 0 ? 'absent' : 'removed'
  }

  async list(page: {
    keyId: string | undefined
    afterName: string
    limit: number
  }): Promise<readonly KmsAlias[]> {
    const { keyId, afterName, limit } = page
    const rows = await this.#connection.query(
      (sql) => sql<AliasRow[]>`
        select * from kms_aliases
        where alias_name > ${afterName} ${keyId === undefined ? sql`` : sql`and key_id = ${keyId}`}
        order by alias_name limit ${limit}`,
    )
    return rows.map(toAlias)
  }

  async listOfKeys(keyIds: readonly string[]): Promise<readonly KmsAlias[]> {
    const rows = await this.#connection.query(
      (sql) => sql<AliasRow[]>`
        select * from kms_aliases where key_id = any(${sql.array([...keyIds])})
        order by alias_name`,
    )
    return rows.map(toAlias)
  }

  async count(keyId: string): Promise<number> {
    const [row] = await this.#connection.query(
      (sql) => sql<{ count: number }[]>`
        select count(*)::int as count from kms_aliases where key_id = ${keyId}`,
    )
    return row?.count ?? 0
  }
}

function toAlias(row: AliasRow): KmsAlias {
  return {
    name: row.alias_name,
    keyId: row.key_id,
    createdAtMs: row.created_at,
    modifiedAtMs: row.modified_at,
  }
}

export function createKmsAliases(connection: Connection): KmsAliases {
  return new PostgresKmsAliases(connection)
}
