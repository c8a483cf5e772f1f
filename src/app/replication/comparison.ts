// Whether another Region has exactly our rows, and repairing where it has not: bounded slices of a
// pool's tables (or of the deployment's), in key order, by digest first and row by row only where
// digests differ.
//
// Rows that are on their way make digests differ, too. A row counts as wrong only if it is the same
// here before and after the target has applied all of our log in between, and different there. So
// one look is enough, however many writes go on.
//
// A wrong row is repaired from here, its owner. Copies that we have no row for are deleted there,
// by key and hash; copies that occupy a unique name of a row to come make way; then the rows are
// marked again, which is a DELETE and an INSERT of the same key in one transaction. Everything else
// about the copy is left alone, and each step may be done twice, also by two processes at once.
// Deleted copies of rows that exist are found wrong themselves and come back.
//
// How to use it: `planComparison` once, then `compareAll`, or `compareSlice` with the `next` of
// the slice before until there is none. For pruning after a rebuild, when all rows were sent
// again: `compareAll(services, await planComparison(services, { poolId, region, isOwner: true }),
// { repairs: true, signal })` for each pool, and once with `poolId: undefined`; `left` is then 0.
import type { Clock } from '#base/clock.js'
import type { RegionLink } from '#ports/region-link.js'
import type { Marking, Replication } from '#ports/replication.js'
import type { RowComparison, RowHash, RowKey, RowPart, TableDigest } from '#ports/row-comparison.js'
import {
  askColumns,
  askDigests,
  askMakeWay,
  askRemove,
  askRows,
  PARTS_MAX,
  ROWS_MAX,
} from './comparison-calls.js'
import { differingBuckets, waitUntilConfirmed } from './verification.js'

export interface ComparisonServices {
  readonly region: string
  readonly replication: Replication
  readonly comparison: RowComparison
  readonly marking: Pick<Marking, 'resend'>
  readonly link: RegionLink
  readonly clock: Clock
}

/** What is compared: our rows of some tables in another Region, by the columns that both have. */
export interface ComparisonPlan {
  readonly parts: readonly RowPart[]
}

/** Where the next slice begins. */
export interface ComparisonCursor {
  readonly table: string
  readonly after?: RowKey | undefined
}

export interface ComparisonRun {
  readonly repairs: boolean
  readonly signal: AbortSignal
}

export interface ComparisonReport {
  /** Rows of ours that were compared. */
  readonly rows: number
  /** Rows that were wrong there: missing, different, or not ours. */
  readonly differing: number
  readonly resent: number
  readonly removed: number
  /** Rows that are still wrong. */
  readonly left: number
  /** Tables in which rows were wrong. */
  readonly tables: readonly string[]
}

const PART_ROWS = 5000
const CONFIRM_PATIENCE_MS = 60_000
/** The report of a comparison that has not begun. */
export const NOTHING: ComparisonReport = {
  rows: 0,
  differing: 0,
  resent: 0,
  removed: 0,
  left: 0,
  tables: [],
}

/**
 * Plans the comparison of our rows of a pool in `region`, or of account tables without a pool. Of
 * a pool that another Region owns, only runtime rows can be ours.
 */
export async function planComparison(
  { region: owner, comparison, link }: ComparisonServices,
  of: { readonly poolId: string | undefined; readonly region: string; readonly isOwner: boolean },
): Promise<ComparisonPlan> {
  const { poolId, region: targetRegion, isOwner } = of
  const theirs = await askColumns(link, targetRegion)
  const ours = await comparison.columns()
  const { account, directory, runtime } = comparison.tables
  const tables = poolId === undefined ? account : [...(isOwner ? directory : []), ...runtime]
  const parts = tables.flatMap((table) => {
    const columns = ours[table]?.filter((column) => theirs[table]?.includes(column)) ?? []
    return columns.length === 0 ? [] : [{ table, poolId, owner, targetRegion, columns }]
  })
  return { parts }
}

/** Compares everything of the plan. */
export async function compareAll(
  services: ComparisonServices,
  plan: ComparisonPlan,
  run: ComparisonRun,
): Promise<ComparisonReport> {
  let total = NOTHING
  let cursor: ComparisonCursor | undefined
  do {
    run.signal.throwIfAborted()
    const { next, ...report } = await compareSlice(services, plan, { ...run, cursor })
    total = sumOf(total, report)
    cursor = next
  } while (cursor !== undefined)
  return total
}

/** Compares the next few thousand rows: one call to the Region when they are equal. */
export async function compareSlice(
  services: ComparisonServices,
  plan: ComparisonPlan,
  run: ComparisonRun & { readonly cursor: ComparisonCursor | undefined },
): Promise<ComparisonReport & { readonly next: ComparisonCursor | undefined }> {
  const { slice, rows, next } = await nextSlice(services, plan, run.cursor)
  let report: ComparisonReport = { ...NOTHING, rows }
  const [first] = slice
  if (first === undefined) return { ...report, next }
  const asked = slice.map(({ part }) => part)
  const theirs = await askDigests(services.link, first.part.targetRegion, asked)
  for (const [index, { part, digest }] of slice.entries()) {
    const buckets = differingBuckets(digest, theirs[index] ?? [])
    if (buckets.length === 0) continue
    report = sumOf(report, await examine(services, part, { ...run, buckets }))
  }
  return { ...report, next }
}

export function sumOf(a: ComparisonReport, b: ComparisonReport): ComparisonReport {
  return {
    rows: a.rows + b.rows,
    differing: a.differing + b.differing,
    resent: a.resent + b.resent,
    removed: a.removed + b.removed,
    left: a.left + b.left,
    tables: [...new Set([...a.tables, ...b.tables])],
  }
}

interface DigestedPart {
  readonly part: RowPart
  readonly digest: TableDigest
}

/** Small tables go together, large ones by ranges of keys. */
async function nextSlice(
  { comparison }: ComparisonServices,
  { parts }: ComparisonPlan,
  cursor: ComparisonCursor | undefined,
) {
  const slice: DigestedPart[] = []
  let rows = 0
  const at = parts.findIndex((part) => part.table === cursor?.table)
  let index = Math.max(0, at)
  // A table that was left out since: the cursor is of no use, and the next round begins anew.
  let after = at < 0 ? undefined : cursor?.after
  for (; index < parts.length; ) {
    const whole = parts[index]
    if (whole === undefined) break
    if (slice.length === PARTS_MAX || rows >= PART_ROWS) {
      return { slice, rows, next: { table: whole.table, after } }
    }
    const from = { ...whole, after }
    const found = await comparison.digestNext(from, PART_ROWS)
    slice.push({ part: { ...from, upTo: found.upTo }, digest: found.digest })
    rows += found.rows
    after = found.upTo
    if (after === undefined) index += 1
  }
  return { slice, rows, next: undefined }
}

/** Looks at the rows of buckets that differ, and repairs those that are wrong. */
async function examine(
  services: ComparisonServices,
  part: RowPart,
  run: ComparisonRun & { readonly buckets: readonly number[] },
): Promise<ComparisonReport> {
  const suspects = await differingKeys(services, part, run.buckets)
  // From here on rows are named by their keys.
  const whole: RowPart = { ...part, after: undefined, upTo: undefined }
  let report = NOTHING
  for (let start = 0; start < suspects.length; start += ROWS_MAX) {
    run.signal.throwIfAborted()
    const wrong = await wrongRows(services, whole, suspects.slice(start, start + ROWS_MAX), run)
    if (wrong.length === 0) continue
    const found = { ...NOTHING, differing: wrong.length, left: wrong.length, tables: [part.table] }
    report = sumOf(report, run.repairs ? await repair(services, whole, { ...run, wrong }) : found)
  }
  return report
}

/** Keys whose rows are not the same on both sides just now. */
async function differingKeys(
  { comparison, link }: ComparisonServices,
  part: RowPart,
  buckets: readonly number[],
): Promise<readonly RowKey[]> {
  const page = { buckets, limit: ROWS_MAX }
  const ours = await allPages(part, (from) => comparison.list(from, page))
  const theirs = await allPages(part, (from) => askRows(link, from, { buckets }))
  const expected = byKey(ours)
  const found = byKey(theirs)
  return [...ours, ...theirs.filter((row) => !expected.has(textOf(row.key)))]
    .filter(({ key }) => expected.get(textOf(key)) !== found.get(textOf(key)))
    .map(({ key }) => key)
}

async function allPages(
  part: RowPart,
  list: (from: RowPart) => Promise<readonly RowHash[]>,
): Promise<readonly RowHash[]> {
  const rows: RowHash[] = []
  let after = part.after
  for (;;) {
    const page = await list({ ...part, after })
    rows.push(...page)
    after = page.at(-1)?.key
    if (page.length < ROWS_MAX || after === undefined) return rows
  }
}

/** A row that is wrong: as it is here and as it is there. */
interface WrongRow {
  readonly key: RowKey
  readonly ours: string | undefined
  readonly theirs: string | undefined
}

/** Which of the rows are wrong there, and not only on their way. */
async function wrongRows(
  services: ComparisonServices,
  part: RowPart,
  keys: readonly RowKey[],
  { signal }: ComparisonRun,
): Promise<readonly WrongRow[]> {
  const { comparison, link, replication } = services
  const before = byKey(await comparison.find(part, keys))
  const position = await replication.position()
  const wait = {
    targetRegion: part.targetRegion,
    position,
    signal,
    patienceMs: CONFIRM_PATIENCE_MS,
  }
  await waitUntilConfirmed(services, wait)
  const found = byKey(await askRows(link, part, { keys }))
  const after = byKey(await comparison.find(part, keys))
  return keys
    .map((key) => ({ key, ours: after.get(textOf(key)), theirs: found.get(textOf(key)) }))
    .filter(({ key, ours, theirs }) => ours === before.get(textOf(key)) && ours !== theirs)
}

async function repair(
  services: ComparisonServices,
  part: RowPart,
  run: ComparisonRun & { readonly wrong: readonly WrongRow[] },
): Promise<ComparisonReport> {
  const { comparison, link, marking } = services
  const { wrong } = run
  const extra = wrong.flatMap(({ key, ours, theirs }) =>
    ours === undefined && theirs !== undefined ? [{ key, hash: theirs }] : [],
  )
  const keys = wrong.filter(({ ours }) => ours !== undefined).map(({ key }) => key)
  let removed = extra.length === 0 ? 0 : await askRemove(link, part, extra)
  const uniques = await comparison.uniqueHashes(part, keys)
  if (uniques.length > 0) removed += await askMakeWay(link, part, { keys, uniques })
  const { table, poolId, targetRegion } = part
  const resent = await marking.resend({ table, poolId, targetRegion, keys })
  const all = wrong.map(({ key }) => key)
  const left = (await wrongRows(services, part, all, run)).length
  return { rows: 0, differing: wrong.length, resent, removed, left, tables: [table] }
}

function byKey(rows: readonly RowHash[]): ReadonlyMap<string, string> {
  return new Map(rows.map((row) => [textOf(row.key), row.hash]))
}

function textOf(key: RowKey): string {
  return JSON.stringify(key)
}
