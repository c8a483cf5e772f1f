// Marking: a row travels to a Region because its replica_regions names it, so a pool gets a replica
// by an UPDATE of its rows. The update turns into an INSERT there, and the opposite one into a
// DELETE; backfill, live changes and removal are one ordered stream.
//
// Rows go by in batches, each a transaction, in the order of the primary key; the place of the last
// row is given to the caller after each batch, who saves it and thereby makes the batch durable
// (the batches themselves do not wait for the disk). Every statement names only rows that still
// need it, so a batch that is repeated does nothing.
//
// A value that PostgreSQL stored apart and that did not change is in the log only with the old row.
// Travelling tables log whole old rows, and the update becomes an INSERT with those values.
//
// No row is left out: a row that is born takes the Regions of its pool's row, which is marked
// first. A transaction that read the pool before and commits after is waited for, and what it left
// is marked by a last pass.
import type { Sql, TransactionSql } from 'postgres'
import { required } from '#base/assert.js'
import type { Clock } from '#base/clock.js'
import type { Marking, MarkingCursor, MarkingRun } from '#ports/replication.js'
import { type Batch, countRows, nextBatch, relaxDurability } from './batches.js'
import { snapshotPoint, waitForOlderTransactions } from './old-transactions.js'
import { ownedBy } from './publications.js'
import { resendAll, resendRows } from './resending.js'
import {
  POOL_TABLE,
  quoteName,
  quoteText,
  REPLICA_TABLE,
  readShapes,
  type TableShape,
} from './tables.js'

export interface MarkingOptions {
  readonly sql: Sql
  readonly region: string
  readonly clock: Clock
  readonly batchRows: number
}

/** What a pass does to the rows of a batch. */
interface Pass {
  readonly targetRegion: string
  readonly change: 'mark' | 'unmark'
}

const ROOT_TABLES: readonly string[] = [POOL_TABLE, REPLICA_TABLE]
// Batches that overlap are applied by parallel workers at the other end.
const BATCHES_AT_ONCE = 2

export function openMarking(options: MarkingOptions): Marking {
  const { sql, region: me } = options
  return {
    async mark(run) {
      const shapes = await poolShapes(sql)
      const pass: Pass = { targetRegion: run.targetRegion, change: 'mark' }
      await changeRoots(options, shapes, { pass, poolId: run.poolId })
      const startedBefore = await snapshotPoint(sql)
      await passOver(options, shapes, { pass, run })
      await waitForOlderTransactions(options, startedBefore, {
        signal: run.signal,
        explain: run.explain,
      })
      await sweep(options, shapes, { pass, poolId: run.poolId })
    },
    async unmark(run) {
      const shapes = await poolShapes(sql)
      const pass: Pass = { targetRegion: run.targetRegion, change: 'unmark' }
      await passOver(options, shapes, { pass, run })
      // The pool and its replica rows go last and together: what the Region still has until then
      // says DELETING, and nothing is left when it has gone.
      await changeRoots(options, shapes, { pass, poolId: run.poolId })
      const startedBefore = await snapshotPoint(sql)
      await waitForOlderTransactions(options, startedBefore, {
        signal: run.signal,
        explain: run.explain,
      })
      await sweep(options, shapes, { pass, poolId: run.poolId })
    },
    reseed: (targetRegion, signal) => resendAll(options, { targetRegion, signal }),
    resend: (rows) => resendRows(options, rows),
    repairMembership: () => repairMembership(sql, me),
    async missing(poolId, targetRegion) {
      let rows = 0
      for (const shape of await poolShapes(sql)) {
        const [found] = await sql.unsafe<{ rows: number }[]>(
          `select count(*)::int as rows from ${quoteName(shape.name)}
            where user_pool_id = $1 and ${ownedBy(shape, me)}
              and not ($2 = any(replica_regions))`,
          [poolId, targetRegion],
        )
        rows += found?.rows ?? 0
      }
      return rows
    },
  }
}

async function poolShapes(sql: Sql): Promise<readonly TableShape[]> {
  return (await readShapes(sql)).filter((shape) => shape.family !== 'account')
}

/** Changes what the batches left: the few rows that were born on the way. */
async function sweep(
  { sql, region: me }: MarkingOptions,
  shapes: readonly TableShape[],
  work: { pass: Pass; poolId: string },
): Promise<void> {
  for (const shape of shapes) {
    const scope = scopeOf(shape, { ...work, me })
    await sql.begin((tx) => changeRows(tx, shape, { ...work.pass, me, scope }))
  }
}

/** The rows of a pool that we wrote, by the first columns of their key. */
function scopeOf(shape: TableShape, work: { poolId: string; me: string }): string {
  const ofPool = `user_pool_id = ${quoteText(work.poolId)}`
  // All directory rows of a pool have one owner; the update looks at it again.
  return shape.family === 'directory' ? ofPool : `${ofPool} and ${ownedBy(shape, work.me)}`
}

/** Changes the pool's row and its replicas' rows in one transaction. */
async function changeRoots(
  { sql, region: me }: MarkingOptions,
  shapes: readonly TableShape[],
  work: { pass: Pass; poolId: string },
): Promise<void> {
  await sql.begin(async (tx) => {
    for (const name of ROOT_TABLES) {
      const shape = required(
        shapes.find((each) => each.name === name),
        `table ${name}`,
      )
      await changeRows(tx, shape, { ...work.pass, me, scope: scopeOf(shape, { ...work, me }) })
    }
  })
}

/** Goes over the rows of all tables except the roots, batch by batch. */
async function passOver(
  options: MarkingOptions,
  shapes: readonly TableShape[],
  work: { pass: Pass; run: MarkingRun },
): Promise<void> {
  const { run } = work
  let cursor = run.cursor
  for (const shape of shapes) {
    if (ROOT_TABLES.includes(shape.name)) continue
    // Tables before the one where the last run stopped are done.
    if (cursor !== undefined && cursor.table !== shape.name) continue
    await passOverTable(options, shape, { ...work, cursor })
    cursor = undefined
  }
}

async function passOverTable(
  { sql, region: me, batchRows }: MarkingOptions,
  shape: TableShape,
  work: { pass: Pass; run: MarkingRun; cursor: MarkingCursor | undefined },
): Promise<void> {
  const { run, pass } = work
  const scope = scopeOf(shape, { poolId: run.poolId, me })
  const total = run.onBatch === undefined ? 0 : await countRows(sql, shape, scope)
  let after = work.cursor?.after
  let done = work.cursor?.done ?? 0
  let changes: readonly Promise<void>[] = []
  const reports: Promise<void>[] = []
  // Reports are in order, each after its own batch and all before it.
  let reported: Promise<void> = Promise.resolve()
  try {
    for (;;) {
      run.signal?.throwIfAborted()
      const batch = await nextBatch(sql, shape, { scope, after, batchRows })
      done += batch.rows
      after = batch.last
      const change = changeBatch(sql, shape, { pass, me, batch })
      const cursor = { table: shape.name, after: after ?? [], done }
      const report = { table: shape.name, done, total: Math.max(total, done), cursor }
      reported = Promise.all([reported, change]).then(() => run.onBatch?.(report))
      reported.catch(() => undefined)
      changes = [...changes, change].slice(-BATCHES_AT_ONCE)
      reports.push(reported)
      if (batch.isLast) return await reported
      if (reports.length >= BATCHES_AT_ONCE) await reports.shift()
    }
  } finally {
    // A batch that outlived a failed run would mark rows behind the back of its undo.
    await Promise.allSettled([...changes, ...reports])
  }
}

async function changeBatch(
  sql: Sql,
  shape: TableShape,
  { pass, me, batch }: { pass: Pass; me: string; batch: Batch },
): Promise<void> {
  if (batch.rows === 0) return
  await sql.begin(async (tx) => {
    await relaxDurability(tx)
    await changeRows(tx, shape, { ...pass, me, scope: batch.scope })
  })
}

/** The update itself; only rows that need it. */
async function changeRows(
  tx: TransactionSql,
  shape: TableShape,
  change: Pass & { me: string; scope: string },
): Promise<number> {
  const table = quoteName(shape.name)
  const target = quoteText(change.targetRegion)
  const marked = `${target} = any(replica_regions)`
  const rows = `${change.scope} and ${ownedBy(shape, change.me)}`
  const add = `array_append(array_remove(replica_regions, ${target}), ${target})`
  const remove = `array_remove(replica_regions, ${target})`
  if (change.change === 'mark') {
    const done = await tx.unsafe(
      `update ${table} set replica_regions = ${add}
        where ${rows} and not (${marked})`,
    )
    return done.count
  }
  const done = await tx.unsafe(
    `update ${table} set replica_regions = ${remove} where ${rows} and ${marked}`,
  )
  return done.count
}

/** Sets the Regions that our own runtime and account rows should have by now. */
async function repairMembership(sql: Sql, me: string): Promise<{ readonly rows: number }> {
  let rows = 0
  for (const shape of await readShapes(sql)) {
    if (shape.family === 'directory') continue
    const table = quoteName(shape.name)
    const wanted =
      shape.family === 'runtime'
        ? '(select p.user_pool_id, p.replica_regions as regions from user_pools p)'
        : `(select coalesce(array_agg(region order by position), '{}') as regions
              from deployment_regions)`
    const join = shape.family === 'runtime' ? 'and t.user_pool_id = wanted.user_pool_id' : ''
    const done = await sql.unsafe(
      `update ${table} t set replica_regions = wanted.regions from ${wanted} wanted
        where t.origin_region = ${quoteText(me)} ${join}
          and not (t.replica_regions @> wanted.regions and wanted.regions @> t.replica_regions)`,
    )
    rows += done.count
  }
  return { rows }
}
