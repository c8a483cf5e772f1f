// Everything in a database, by table and key, and what has changed between two moments. Values are
// not compared with those of another run, since most are random or sealed; which rows came, went
// and changed in which columns is, and tells a whole change from half of one.
import type { Database } from '#adapters/postgres/connection/database.js'

type Row = Readonly<Record<string, unknown>>

/** Rows of a table by their primary key. */
export type Snapshot = ReadonlyMap<string, ReadonlyMap<string, Row>>

/**
 * What no call changes but time, the audit, which has its entries of calls that change nothing,
 * too, and usage, which is written behind calls.
 */
const LEFT_OUT = [
  ...['schema_migrations', 'heartbeats', 'nodes', 'replication_samples'],
  ...['audit_entries', 'audit_chain'],
  ...['monthly_active_users', 'machine_token_counts', 'replica_periods', 'endpoint_uses'],
]

export async function takeSnapshot(database: Database): Promise<Snapshot> {
  const tables = await database.query(
    (sql) => sql<{ name: string; keys: string[] }[]>`
      select c.relname as name,
          array(select a.attname::text from pg_index i
            join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
           where i.indrelid = c.oid and i.indisprimary order by 1) as keys
        from pg_class c
       where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace
         and c.relname <> all (${LEFT_OUT})`,
  )
  const parts = tables.map(
    ({ name }) => `select '${name}' as name, to_jsonb(t) as row from ${name} t`,
  )
  const rows = await database.query((sql) =>
    sql.unsafe<{ name: string; row: Row }[]>(parts.join(' union all ')),
  )
  const keysOf = new Map(tables.map(({ name, keys }) => [name, keys]))
  const all = new Map<string, Map<string, Row>>(tables.map(({ name }) => [name, new Map()]))
  for (const { name, row } of rows) {
    const key = JSON.stringify(keysOf.get(name)?.map((column) => row[column]))
    all.get(name)?.set(key, row)
  }
  return all
}

/** `users: row added`, `users: changed status, version`, ...; nothing when nothing changed. */
export function changesBetween(before: Snapshot, after: Snapshot): readonly string[] {
  const changes: string[] = []
  for (const [table, rows] of after) {
    const old = before.get(table) ?? new Map<string, Row>()
    for (const [key, row] of rows) {
      const former = old.get(key)
      if (former === undefined) changes.push(`${table}: row added`)
      else changes.push(...changed(table, former, row))
    }
    for (const key of old.keys()) if (!rows.has(key)) changes.push(`${table}: row removed`)
  }
  return changes.sort()
}

function changed(table: string, former: Row, row: Row): readonly string[] {
  const columns = Object.keys(row)
    .filter((name) => JSON.stringify(row[name]) !== JSON.stringify(former[name]))
    .sort()
  return columns.length === 0 ? [] : [`${table}: changed ${columns.join(', ')}`]
}
