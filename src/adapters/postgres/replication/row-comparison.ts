// Rows as hashes, for the comparison of two Regions. The owner of rows sees those that it gave the
// target; the target sees every copy that could be the owner's, whatever a hand has made of it: a
// directory row counts as a copy when the row or its pool's row names the owner.
//
// What must stay true: a statement touches at most the rows of one part (which is bounded by the
// owner's rows), and deletes only copies, never a row of this Region.
import type { Sql, TransactionSql } from 'postgres'
import { assert, required } from '#base/assert.js'
import type {
  RowComparison,
  RowHash,
  RowKey,
  RowPart,
  TableColumns,
  TableDigest,
  UniqueHashes,
} from '#ports/row-comparison.js'
import { among, literals, SCOPE_COLUMNS } from './batches.js'
import { ownedBy } from './publications.js'
import { adoptRows } from './row-adoption.js'
import {
  quoteName,
  quoteText,
  readShapes,
  type TableColumn,
  type TableShape,
  TRAVELLING_TABLES,
  type TravellingFamily,
} from './tables.js'

const BUCKETS = 256

export function openRowComparison(sql: Sql, me: string): RowComparison {
  const shapes = new ShapeCache(sql)
  const namesOf = (family: TravellingFamily) =>
    TRAVELLING_TABLES.filter((table) => table.family === family).map((table) => table.name)
  return {
    tables: {
      account: namesOf('account'),
      directory: namesOf('directory'),
      runtime: namesOf('runtime'),
    },
    async columns(): Promise<TableColumns> {
      const read = await shapes.refresh()
      return Object.fromEntries(read.map((shape) => [shape.name, shape.columns]))
    },
    knows: async (part) => (await shapes.find(part)) !== undefined,
    async digestNext(part, rowsMax) {
      const rows = await shapes.rowsOf(part, me)
      return digestNext(sql, rows, rowsMax)
    },
    async digest(part) {
      const rows = await shapes.rowsOf(part, me)
      return digestOf(sql, rows)
    },
    async list(part, { buckets, limit }) {
      const rows = await shapes.rowsOf(part, me)
      const order = rows.keys.length === 0 ? '' : `order by ${rows.keyNames.join(', ')}`
      return sql.unsafe<RowHash[]>(
        `select ${rows.keyTexts} as key, hash::text as hash
           from (select *, ${rows.bucket} as bucket, ${rows.hash} as hash
                   from ${rows.table} where ${rows.scope} offset 0) hashed
          where bucket = any(array[${buckets.map(Number).join(', ')}]::int[])
          ${order} limit ${Number(limit)}`,
      )
    },
    async find(part, keys) {
      if (keys.length === 0) return []
      const rows = await shapes.rowsOf(part, me)
      return sql.unsafe<RowHash[]>(
        `select ${rows.keyTexts} as key, (${rows.hash})::text as hash
           from ${rows.table} where ${rows.scope} and ${rows.among(keys)}`,
      )
    },
    async uniqueHashes(part, keys) {
      if (keys.length === 0) return []
      const rows = await shapes.rowsOf(part, me)
      return readUniques(sql, rows, keys)
    },
    async remove(part, found) {
      if (found.length === 0) return 0
      const rows = await shapes.rowsOf(part, me)
      const hashes = found.map((row) => [...row.key, row.hash])
      const same = among([...rows.keyNames, rows.hash], [...rows.keyTypes, 'bigint'], hashes)
      const keys = rows.among(found.map((row) => row.key))
      return removeCopies(sql, { me, rows, condition: `${keys} and ${same}`, adopts: true })
    },
    async makeWay(part, { keys, uniques }) {
      const rows = await shapes.rowsOf(part, me)
      const taken = uniques
        .filter((unique) => unique.hashes.length > 0)
        .map((unique) => among([rows.hashOf(unique.columns)], ['bigint'], listed(unique.hashes)))
      if (taken.length === 0) return 0
      const condition = `(${taken.join(' or ')}) and not (${rows.among(keys)})`
      return removeCopies(sql, { me, rows, condition, adopts: false })
    },
  }
}

/** The rows of a part as pieces of SQL. */
class PartRows {
  readonly table: string
  readonly name: string
  readonly keys: readonly TableColumn[]
  readonly keyNames: readonly string[]
  readonly keyTypes: readonly string[]
  /** The key as an array of texts. */
  readonly keyTexts: string
  readonly bucket: string
  readonly hash: string
  readonly scope: string
  readonly isCopy: boolean
  readonly #shape: TableShape

  constructor(shape: TableShape, part: RowPart, me: string) {
    this.#shape = shape
    this.name = shape.name
    this.table = quoteName(shape.name)
    this.keys = shape.keys.filter((key) => !SCOPE_COLUMNS.has(key.name))
    this.keyNames = this.keys.map((key) => quoteName(key.name))
    this.keyTypes = this.keys.map((key) => key.type)
    this.keyTexts = `array[${this.keyNames.map((name) => `${name}::text`).join(', ')}]::text[]`
    const all = shape.keys.map((key) => quoteName(key.name)).join(', ')
    this.bucket = `(hash_record_extended(row(${all}), 0) & ${BUCKETS - 1})::int`
    this.hash = this.hashOf(part.columns)
    this.isCopy = part.owner !== me
    assert(
      !this.isCopy || part.targetRegion === me,
      `rows of ${part.owner} in ${part.targetRegion} seen here`,
    )
    const bounds = [this.#beyond('>', part.after), this.#beyond('<=', part.upTo)]
    this.scope = [scopeOf(shape, part, this.isCopy), ...bounds].filter(Boolean).join(' and ')
  }

  hashOf(columns: readonly string[]): string {
    for (const column of columns) {
      assert(this.#shape.columns.includes(column), `${this.name} has no column ${column}`)
    }
    return `hash_record_extended(row(${columns.map(quoteName).join(', ')}), 0)`
  }

  /** Holds for rows with one of these keys. */
  among(keys: readonly RowKey[]): string {
    return among(this.keyNames, this.keyTypes, keys)
  }

  #beyond(operator: string, key: RowKey | undefined): string {
    if (key === undefined || this.keys.length === 0) return ''
    return `(${this.keyNames.join(', ')}) ${operator} (${literals(this.keyTypes, key)})`
  }
}

function scopeOf(shape: TableShape, part: RowPart, isCopy: boolean): string {
  const ofOwner = ownedBy(shape, part.owner)
  if (shape.family === 'account') {
    return isCopy
      ? ofOwner
      : `${ofOwner} and ${quoteText(part.targetRegion)} = any(replica_regions)`
  }
  const pool = quoteText(required(part.poolId, 'pool'))
  const ofPool = `user_pool_id = ${pool}`
  if (!isCopy) {
    return `${ofPool} and ${ofOwner} and ${quoteText(part.targetRegion)} = any(replica_regions)`
  }
  if (shape.family === 'runtime') return `${ofPool} and ${ofOwner}`
  const owner = quoteText(part.owner)
  return (
    `${ofPool} and (${ofOwner} or exists (select from user_pools p ` +
    `where p.user_pool_id = ${pool} and p.replica_regions[1] = ${owner}))`
  )
}

function listed(values: readonly string[]): string[][] {
  return values.map((value) => [value])
}

type DigestRow = { readonly bucket: number; readonly rows: number; readonly sum: string }

async function digestOf(sql: Sql, rows: PartRows): Promise<TableDigest> {
  // `offset 0`: rows are hashed before they are grouped; whole rows would be sorted on disk.
  const found = await sql.unsafe<DigestRow[]>(
    `select bucket, count(*)::int as rows, sum(hash)::text as sum
       from (select ${rows.bucket} as bucket, ${rows.hash} as hash
               from ${rows.table} where ${rows.scope} offset 0) hashed
      group by bucket order by bucket`,
  )
  return toDigest(found)
}

async function digestNext(sql: Sql, rows: PartRows, rowsMax: number) {
  if (rows.keys.length === 0) {
    const digest = await digestOf(sql, rows)
    return { digest, rows: countOf(digest), upTo: undefined }
  }
  const limit = Number(rowsMax)
  const found = await inKeyOrder(sql, (tx) =>
    tx.unsafe<(DigestRow & { last: string[] | null })[]>(
      `with part as materialized (
         select ${rows.keyTexts} as key, ${rows.bucket} as bucket, ${rows.hash} as hash
           from ${rows.table} where ${rows.scope}
          order by ${rows.keyNames.join(', ')} limit ${limit})
       select bucket, count(*)::int as rows, sum(hash)::text as sum,
              (select key from part offset ${limit - 1} limit 1) as last
         from part group by bucket order by bucket`,
    ),
  )
  const digest = toDigest(found)
  return { digest, rows: countOf(digest), upTo: found[0]?.last ?? undefined }
}

/** In order of the index, whatever the statistics say: see `batches.ts`. */
async function inKeyOrder<T>(sql: Sql, work: (tx: TransactionSql) => Promise<T>): Promise<T> {
  const done = await sql.begin(async (tx) => {
    await tx.unsafe('set local enable_sort = off; set local enable_bitmapscan = off').simple()
    return { value: await work(tx) }
  })
  return done.value
}

function toDigest(found: readonly DigestRow[]): TableDigest {
  return found.map((row) => [row.bucket, row.rows, row.sum] as const)
}

function countOf(digest: TableDigest): number {
  return digest.reduce((total, [, rows]) => total + rows, 0)
}

/** Unique indexes of the table besides its primary key, with what these rows have in them. */
async function readUniques(
  sql: Sql,
  rows: PartRows,
  keys: readonly RowKey[],
): Promise<readonly UniqueHashes[]> {
  const indexes = await sql<{ columns: string[] }[]>`
    select array_agg(a.attname::text order by a.attnum) as columns
      from pg_index i
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey::int2[])
     where i.indrelid = to_regclass(${rows.name}) and i.indisunique and not i.indisprimary
     group by i.indexrelid`
  return Promise.all(
    indexes.map(async ({ columns }) => {
      const isSet = columns.map((column) => `${quoteName(column)} is not null`).join(' and ')
      const found = await sql.unsafe<{ hash: string }[]>(
        `select (${rows.hashOf(columns)})::text as hash
           from ${rows.table} where ${rows.scope} and ${isSet} and ${rows.among(keys)}`,
      )
      return { columns, hashes: found.map((row) => row.hash) }
    }),
  )
}

/**
 * Deletes copies. The guards look away, since the statement names its owner itself. What ended a
 * session stays in force although its origin does not have it, which may have lost it.
 */
async function removeCopies(
  sql: Sql,
  work: { me: string; rows: PartRows; condition: string; adopts: boolean },
): Promise<number> {
  const { me, rows } = work
  const condition = `${rows.scope} and ${work.condition}`
  assert(rows.isCopy, 'only copies are removed')
  return sql.begin(async (tx) => {
    await tx`select set_config('twinpool.maintenance', 'on', true),
                    set_config('twinpool.region', ${me}, true)`
    if (work.adopts) await adoptRows(tx, me, { table: rows.name, condition })
    const done = await tx.unsafe(`delete from ${rows.table} where ${condition}`)
    return done.count
  })
}

/** What the database's tables look like; read again when a peer asks for their columns. */
class ShapeCache {
  readonly #sql: Sql
  #shapes: readonly TableShape[] | undefined

  constructor(sql: Sql) {
    this.#sql = sql
  }

  async refresh(): Promise<readonly TableShape[]> {
    this.#shapes = await readShapes(this.#sql)
    return this.#shapes
  }

  async find({ table, columns }: RowPart): Promise<TableShape | undefined> {
    const isKnown = (shape: TableShape) =>
      shape.name === table && columns.every((column) => shape.columns.includes(column))
    return this.#shapes?.find(isKnown) ?? (await this.refresh()).find(isKnown)
  }

  async rowsOf(part: RowPart, me: string): Promise<PartRows> {
    return new PartRows(required(await this.find(part), `columns of ${part.table}`), part, me)
  }
}
