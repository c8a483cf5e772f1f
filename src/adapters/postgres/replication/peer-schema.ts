// Living beside a Region of another version. Rows are logged whole, so a publication cannot leave
// out single columns (PostgreSQL refuses column lists with REPLICA IDENTITY FULL), and a subscriber
// refuses rows with columns that it does not have. So a Region adds columns that a peer's
// migrations have added, before its own migrations do: `add column if not exists` then finds them.
// Such a column is carried in both directions from then on, by code that does not know it. Tables
// that the peer does not have are left out of its publication.
//
// What must stay true: nothing that the peer says becomes SQL except names, types and defaults of
// forms that are listed here.
import type { Sql } from 'postgres'
import { DependencyError } from '#base/dependency-error.js'
import { quoteName, type TableShape, TRAVELLING_TABLES } from './tables.js'

/** A column of a travelling table of the peer. */
export interface PeerColumn {
  readonly table: string
  readonly name: string
  readonly type: string
  readonly is_required: boolean
  readonly fallback: string | null
}

const NAME = /^[a-z_][a-z0-9_]*$/
const TYPE = /^[a-z][a-z0-9 ]*(?:\(\d+(?:,\d+)?\))?(?:\[\])?$/
const FALLBACK = new RegExp(
  '^(?:' +
    [
      String.raw`'(?:[^'\\]|'')*'(?:::[a-z][a-z0-9 ]*(?:\[\])?)?`,
      String.raw`'?-?\d+(?:\.\d+)?'?(?:::[a-z][a-z0-9 ]*)?`,
      String.raw`ARRAY\[\]::[a-z][a-z0-9 ]*\[\]`,
      'true|false',
      String.raw`(?:now|clock_timestamp|gen_random_uuid)\(\)`,
      'CURRENT_TIMESTAMP',
    ].join('|') +
    ')$',
)

/** Columns of all travelling tables that the peer's database has. */
export async function readPeerColumns(sql: Sql): Promise<readonly PeerColumn[]> {
  // Generated columns are not carried; each Region computes its own.
  return sql<PeerColumn[]>`
    select c.relname as table, a.attname as name,
           format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as is_required,
           pg_get_expr(d.adbin, d.adrelid) as fallback
      from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
       and a.attgenerated = ''
      left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
     where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r'
       and c.relname in (select json_array_elements_text(${TABLE_NAMES}::text::json))
     order by c.relname, a.attnum`
}

// As text: a connection to a peer knows no array types.
const TABLE_NAMES = JSON.stringify(TRAVELLING_TABLES.map(({ name }) => name))

/** The statements that add what the peer has and these tables lack. */
export function additions(
  shapes: readonly TableShape[],
  columns: readonly PeerColumn[],
): readonly string[] {
  return columns.flatMap((column) => {
    const shape = shapes.find(({ name }) => name === column.table)
    if (shape === undefined || shape.columns.includes(column.name)) return []
    return [additionOf(column)]
  })
}

function additionOf(column: PeerColumn): string {
  const { table, name, type, is_required: isRequired, fallback } = column
  const isPlain = fallback === null || FALLBACK.test(fallback)
  // Rows that are born here would lack a value that the peer insists on.
  const isSafe = isPlain ? fallback !== null || !isRequired : !isRequired
  if (!NAME.test(name) || !TYPE.test(type) || !isSafe) {
    throw new DependencyError(
      `the column ${name} of ${table} cannot be followed: update the nodes of this Region`,
      { isRetryable: true },
    )
  }
  const rest = fallback !== null && isPlain ? ` default ${fallback}` : ''
  return (
    `alter table ${quoteName(table)} add column if not exists ${quoteName(name)} ${type}${rest}` +
    (isRequired ? ' not null' : '')
  )
}

/** Notes which tables the peer has, and adds columns that it has and this database lacks. */
export async function followPeer(
  sql: Sql,
  peer: {
    readonly region: string
    readonly shapes: readonly TableShape[]
    readonly columns: readonly PeerColumn[]
  },
): Promise<readonly string[]> {
  const tables = [...new Set(peer.columns.map(({ table }) => table))].sort()
  await sql`
    update peers set tables = ${tables}
     where region = ${peer.region} and tables is distinct from ${tables}::text[]`
  const statements = additions(peer.shapes, peer.columns)
  for (const statement of statements) await sql.unsafe(statement)
  return statements
}

/**
 * The tables that a peer can apply. As long as its database has not been looked at, those that were
 * published for it before, and all for one that is new.
 */
export async function tablesFor(
  sql: Sql,
  shapes: readonly TableShape[],
  peer: { readonly region: string; readonly publication: string },
): Promise<readonly TableShape[]> {
  const [row] = await sql<{ tables: string[] | null }[]>`
    select coalesce(tables, (
        select array_agg(tablename::text) from pg_publication_tables
         where pubname = ${peer.publication})) as tables
      from peers where region = ${peer.region}`
  const known = row?.tables
  return known == null ? shapes : shapes.filter(({ name }) => known.includes(name))
}
