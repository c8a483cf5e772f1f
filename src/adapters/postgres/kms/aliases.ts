// The rows of this Region's aliases. An alias goes with its key when the key is deleted, which the
// foreign key sees to.
import type { KmsAlias, KmsAliases } from '#ports/kms.js'
import type { Queryable } from '../connection/connection.js'
import { Repository } from '../connection/repository.js'
import { at } from '../connection/values.js'

/** A row in the port's own words. */
const aliasColumns = (sql: Queryable) => sql`
  alias_name as name, key_id as "keyId", created_at as "createdAtMs", modified_at as "modifiedAtMs"`

export class PostgresKmsAliases extends Repository implements KmsAliases {
  async insert(alias: KmsAlias): Promise<'inserted' | 'exists'> {
    const isInserted = await this.changes(
      (sql) => sql`
        insert into kms_aliases (alias_name, key_id, created_at, modified_at)
        values (${alias.name}, ${alias.keyId}, ${at(alias.createdAtMs)}, ${at(alias.modifiedAtMs)})
        on conflict do nothing`,
    )
    return isInserted ? 'inserted' : 'exists'
  }

  async find(name: string): Promise<KmsAlias | undefined> {
    const [row] = await this.query(
      (sql) => sql<KmsAlias[]>`
        select ${aliasColumns(sql)} from kms_aliases where alias_name = ${name}`,
    )
    return row
  }

  async update(name: string, keyId: string, nowMs: number): Promise<'updated' | 'absent'> {
    const isUpdated = await this.changes(
      (sql) => sql`
        update kms_aliases set key_id = ${keyId}, modified_at = ${at(nowMs)}
        where alias_name = ${name}`,
    )
    return isUpdated ? 'updated' : 'absent'
  }

  async remove(name: string): Promise<'removed' | 'absent'> {
    const isRemoved = await this.changes(
      (sql) => sql`delete from kms_aliases where alias_name = ${name}`,
    )
    return isRemoved ? 'removed' : 'absent'
  }

  async list(page: {
    keyId: string | undefined
    afterName: string
    limit: number
  }): Promise<readonly KmsAlias[]> {
    const { keyId, afterName, limit } = page
    const rows = await this.query(
      (sql) => sql<KmsAlias[]>`
        select ${aliasColumns(sql)} from kms_aliases
        where alias_name > ${afterName} ${keyId === undefined ? sql`` : sql`and key_id = ${keyId}`}
        order by alias_name limit ${limit}`,
    )
    return [...rows]
  }

  async listOfKeys(keyIds: readonly string[]): Promise<readonly KmsAlias[]> {
    const rows = await this.query(
      (sql) => sql<KmsAlias[]>`
        select ${aliasColumns(sql)} from kms_aliases where key_id = any(${sql.array([...keyIds])})
        order by alias_name`,
    )
    return [...rows]
  }

  async count(keyId: string): Promise<number> {
    const [row] = await this.query(
      (sql) => sql<{ count: number }[]>`
        select count(*)::int as count from kms_aliases where key_id = ${keyId}`,
    )
    return row?.count ?? 0
  }
}
