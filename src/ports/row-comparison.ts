// Rows of one owner in two Regions, compared and repaired without sending rows between nodes. Each
// Region looks at its own database; what crosses the region link is keys and hashes. Rows
// themselves travel by replication only: to repair one, its owner marks it again.

/** Buckets of a table's rows: `[bucket, rows, sum of the rows' hashes]`. */
export type TableDigest = readonly (readonly [bucket: number, rows: number, sum: string])[]

/** Values of a row's key as text, without the columns that are the same for all (pool, origin). */
export type RowKey = readonly string[]

/** Part of a table: the rows that `owner` wrote and the target Region has copies of, by key. */
export interface RowPart {
  readonly table: string
  /** Undefined for tables of the deployment. */
  readonly poolId: string | undefined
  readonly owner: string
  readonly targetRegion: string
  /** Columns that are compared: those that both Regions have. */
  readonly columns: readonly string[]
  /** Keys above this one; all when undefined. */
  readonly after?: RowKey | undefined
  /** Keys up to this one; all when undefined. */
  readonly upTo?: RowKey | undefined
}

/** A row by its key and a 64-bit hash of the compared columns, as text. */
export interface RowHash {
  readonly key: RowKey
  readonly hash: string
}

/** Values that one unique index of the table keeps apart, by their hashes. */
export interface UniqueHashes {
  readonly columns: readonly string[]
  readonly hashes: readonly string[]
}

/** Columns of each travelling table of a database, by table. */
export type TableColumns = Readonly<Record<string, readonly string[]>>

/** The comparison from one database's side; which rows it sees follows from who the owner is. */
export interface RowComparison {
  /** Travelling tables by family, parents first. */
  readonly tables: {
    readonly account: readonly string[]
    readonly directory: readonly string[]
    readonly runtime: readonly string[]
  }
  /** As the database has them now. */
  columns(): Promise<TableColumns>
  /** Whether this database has the table and the columns of a part. */
  knows(part: RowPart): Promise<boolean>
  /** Digest of the next rows in key order; `upTo` is undefined when they are the last. */
  digestNext(
    part: RowPart,
    rowsMax: number,
  ): Promise<{
    readonly digest: TableDigest
    readonly rows: number
    readonly upTo: RowKey | undefined
  }>
  digest(part: RowPart): Promise<TableDigest>
  /** Rows of some buckets, in key order, at most `limit`. */
  list(
    part: RowPart,
    query: { readonly buckets: readonly number[]; readonly limit: number },
  ): Promise<readonly RowHash[]>
  /** Those of the rows with these keys that exist. */
  find(part: RowPart, keys: readonly RowKey[]): Promise<readonly RowHash[]>
  /** What rows with these keys occupy in unique indexes other than the primary key. */
  uniqueHashes(part: RowPart, keys: readonly RowKey[]): Promise<readonly UniqueHashes[]>
  /**
   * Deletes copies that have exactly this key and hash; how many. Those that ended sessions or
   * deleted access keys become rows of this Region, since their origin may have lost them.
   */
  remove(part: RowPart, rows: readonly RowHash[]): Promise<number>
  /** Deletes copies with other keys that occupy one of these unique values; how many. */
  makeWay(
    part: RowPart,
    taken: { readonly keys: readonly RowKey[]; readonly uniques: readonly UniqueHashes[] },
  ): Promise<number>
}
