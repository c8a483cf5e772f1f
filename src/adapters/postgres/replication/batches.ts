// Batches of a table's rows in the order of the primary key: what marking goes over, each in a
// transaction. A place is the key of a row as text, which the database casts back, so that a job
// can save it. What must stay true: finding the next batch costs what the batch is long, not what
// is left of the table.
import type { Sql, TransactionSql } from 'postgres'
import { assert, required } from '#base/assert.js'
import { quoteName, quoteText, type TableShape } from './tables.js'

/** Columns of keys that a scope fixes. */
export const SCOPE_COLUMNS: ReadonlySet<string> = new Set(['user_pool_id', 'origin_region'])

export interface Batch {
  /** Condition that holds for the rows of the batch, and only for them. */
  readonly scope: string
  readonly rows: number
  readonly last: readonly string[] | undefined
  readonly isLast: boolean
}

/**
 * The next rows in key order. The scope fixes the first columns of the key, so places are made of
 * the rest: the planner then takes the primary key and not another index that starts with the pool.
 * Only the place of the last row is asked for, which the index has.
 */
export async function nextBatch(
  sql: Sql,
  shape: TableShape,
  work: { scope: string; after: readonly string[] | undefined; batchRows: number },
): Promise<Batch> {
  const keys = shape.keys.filter((key) => !SCOPE_COLUMNS.has(key.name))
  const names = keys.map((key) => quoteName(key.name))
  const place = (values: readonly string[]) =>
    keys.map((key, index) => `${quoteText(required(values[index], key.name))}::${key.type}`)
  const compare = (operator: string, values: readonly string[]) =>
    ` and (${names.join(', ')}) ${operator} (${place(values).join(', ')})`
  const isFirst = work.after === undefined || work.after.length === 0
  const from = isFirst ? work.scope : work.scope + compare('>', work.after ?? [])
  // A table whose key ends with the scope has one row in it.
  const last =
    keys.length === 0 ? undefined : await lastOfBatch(sql, shape, { ...work, from, names })
  if (last === undefined) {
    const rows = await countRows(sql, shape, from)
    return { scope: from, rows, last: work.after, isLast: true }
  }
  return { scope: from + compare('<=', last), rows: work.batchRows, last, isLast: false }
}

async function lastOfBatch(
  sql: Sql,
  shape: TableShape,
  work: { from: string; names: readonly string[]; batchRows: number },
): Promise<readonly string[] | undefined> {
  const texts = work.names.map((name) => `${name}::text`).join(', ')
  return sql.begin(async (tx) => {
    // In order of the index, whatever the statistics say: they may be older than the rows, and a
    // planner that sorts reads all of the rest for each batch.
    await tx.unsafe('set local enable_sort = off; set local enable_bitmapscan = off').simple()
    const [found] = await tx.unsafe<{ last: string[] }[]>(
      `select array[${texts}] as last from ${quoteName(shape.name)} where ${work.from}
        order by ${work.names.join(', ')} offset ${work.batchRows - 1} limit 1`,
    )
    return found?.last
  })
}

/** Condition that holds for rows with one of these keys, without the columns of the scope. */
export function amongKeys(shape: TableShape, keys: readonly (readonly string[])[]): string {
  const columns = shape.keys.filter((key) => !SCOPE_COLUMNS.has(key.name))
  const types = columns.map((column) => column.type)
  return among(
    columns.map((column) => quoteName(column.name)),
    types,
    keys,
  )
}

/** Holds where the expressions have one of these combinations of values. */
export function among(
  expressions: readonly string[],
  types: readonly string[],
  combinations: readonly (readonly string[])[],
): string {
  // The one row of a table whose key is the pool itself.
  if (expressions.length === 0) return combinations.length > 0 ? 'true' : 'false'
  if (combinations.length === 0) return 'false'
  const list = combinations.map((values) => `(${literals(types, values)})`).join(', ')
  return `(${expressions.join(', ')}) in (${list})`
}

/** The values as SQL, each of its type. */
export function literals(types: readonly string[], values: readonly string[]): string {
  assert(values.length === types.length, 'a value for each column')
  return values.map((value, index) => `${quoteText(value)}::${types[index]}`).join(', ')
}

export async function countRows(sql: Sql, shape: TableShape, scope: string): Promise<number> {
  const [found] = await sql.unsafe<{ rows: number }[]>(
    `select count(*)::int as rows from ${quoteName(shape.name)} where ${scope}`,
  )
  return found?.rows ?? 0
}

/**
 * Makes a batch cheaper. It need not wait for the disk, since the place that is saved after it
 * does. And the ownership guard need not look at each row, since every statement here names the
 * owner; a guard that only looks still makes the database lock each row beforehand. Where the role
 * may not say so, the guard looks.
 */
export async function relaxDurability(tx: TransactionSql): Promise<void> {
  await tx`
    select set_config('synchronous_commit', 'off', true),
           case when has_parameter_privilege('session_replication_role', 'set')
             then set_config('session_replication_role', 'replica', true) end`
}
