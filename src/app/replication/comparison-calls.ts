// The control calls of the comparison, both sides. The caller owns the rows and asks the Region
// that has copies. What the receiver sees, and what it removes, are copies of the caller's rows
// only: the owner of a part is the Region that asks. Keys and hashes cross the link, in bounded
// pages.
import { assert } from '#base/assert.js'
import {
  type LinkReceivers,
  LinkRefusedError,
  type LinkValue,
  type RegionLink,
} from '#ports/region-link.js'
import type {
  RowComparison,
  RowHash,
  RowKey,
  RowPart,
  TableColumns,
  TableDigest,
  UniqueHashes,
} from '#ports/row-comparison.js'
import { linkReader, toDigest } from './link-calls.js'

const CALLS = {
  columns: 'row-columns',
  digests: 'row-digests',
  list: 'row-list',
  find: 'row-find',
  remove: 'row-remove',
  makeWay: 'row-make-way',
} as const

/** Parts of one call at most. */
export const PARTS_MAX = 32
/** Rows of one call at most. */
export const ROWS_MAX = 1000
const TIMEOUT_MS = 60_000

/** Columns of the peer's tables. */
export async function askColumns(link: RegionLink, region: string): Promise<TableColumns> {
  const response = linkReader.object(await link.call(region, CALLS.columns, {}))
  return Object.fromEntries(
    Object.keys(response).map((table) => [table, linkReader.texts(response, table)]),
  )
}

/** Digests of the peer's copies, in the order of the parts. */
export async function askDigests(
  link: RegionLink,
  region: string,
  parts: readonly RowPart[],
): Promise<readonly TableDigest[]> {
  const response = await call(link, region, CALLS.digests, { parts: parts.map(fromPart) })
  assert(Array.isArray(response) && response.length === parts.length, `${region} gave no digests`)
  return response.map(toDigest)
}

/**
 * The peer's copies with these keys, or in some buckets: those in key order, `ROWS_MAX` of them if
 * there may be more.
 */
export async function askRows(
  link: RegionLink,
  part: RowPart,
  which: { readonly keys: readonly RowKey[] } | { readonly buckets: readonly number[] },
): Promise<readonly RowHash[]> {
  const name = 'keys' in which ? CALLS.find : CALLS.list
  return toRows(await call(link, part.targetRegion, name, { part: fromPart(part), ...which }))
}

/** Has the peer delete copies that have exactly these keys and hashes; how many it had. */
export async function askRemove(
  link: RegionLink,
  part: RowPart,
  rows: readonly RowHash[],
): Promise<number> {
  const body = { part: fromPart(part), rows: rows.map((row) => ({ ...row })) }
  return countOf(await call(link, part.targetRegion, CALLS.remove, body))
}

/** Has the peer delete copies that occupy unique values of rows with these keys. */
export async function askMakeWay(
  link: RegionLink,
  part: RowPart,
  taken: { readonly keys: readonly RowKey[]; readonly uniques: readonly UniqueHashes[] },
): Promise<number> {
  const uniques = taken.uniques.map((unique) => ({ ...unique }))
  const body = { part: fromPart(part), keys: taken.keys, uniques }
  return countOf(await call(link, part.targetRegion, CALLS.makeWay, body))
}

function call(link: RegionLink, region: string, name: string, body: LinkValue) {
  return link.call(region, name, body, { timeoutMs: TIMEOUT_MS })
}

/** Registers what the owners of rows may ask of their copies here. */
export function registerComparisonHandlers(
  receivers: LinkReceivers,
  { region, comparison }: { readonly region: string; readonly comparison: RowComparison },
): void {
  const partOf = async (fromRegion: string, value: unknown): Promise<RowPart> => {
    const part = { ...toPart(value), owner: fromRegion, targetRegion: region }
    if (await comparison.knows(part)) return part
    throw new LinkRefusedError('unknown-columns', `${part.table} has other columns here`)
  }
  receivers.register(CALLS.columns, () => comparison.columns())
  receivers.register(CALLS.digests, async ({ fromRegion, body }) => {
    const digests = []
    for (const value of listOf(linkReader.object(body)['parts'], PARTS_MAX)) {
      digests.push(await comparison.digest(await partOf(fromRegion, value)))
    }
    return digests
  })
  receivers.register(CALLS.list, async ({ fromRegion, body }) => {
    const members = linkReader.object(body)
    const part = await partOf(fromRegion, members['part'])
    const buckets = linkReader.numbers(members, 'buckets')
    const rows = await comparison.list(part, { buckets, limit: ROWS_MAX })
    return rows.map((row) => ({ ...row }))
  })
  receivers.register(CALLS.find, async ({ fromRegion, body }) => {
    const members = linkReader.object(body)
    const part = await partOf(fromRegion, members['part'])
    const keys = listOf(members['keys'], ROWS_MAX).map(toKey)
    return (await comparison.find(part, keys)).map((row) => ({ ...row }))
  })
  receivers.register(CALLS.remove, async ({ fromRegion, body }) => {
    const members = linkReader.object(body)
    const part = await partOf(fromRegion, members['part'])
    return { rows: await comparison.remove(part, toRows(members['rows'])) }
  })
  receivers.register(CALLS.makeWay, async ({ fromRegion, body }) => {
    const members = linkReader.object(body)
    const part = await partOf(fromRegion, members['part'])
    const keys = listOf(members['keys'], ROWS_MAX).map(toKey)
    const uniques = listOf(members['uniques'], PARTS_MAX).map((value) => {
      const unique = linkReader.object(value)
      const columns = linkReader.texts(unique, 'columns')
      return { columns, hashes: listOf(unique['hashes'], ROWS_MAX).map(toHash) }
    })
    return { rows: await comparison.makeWay(part, { keys, uniques }) }
  })
}

function fromPart({ table, poolId, columns, after, upTo }: RowPart): LinkValue {
  return { table, poolId, columns, after, upTo }
}

function toPart(value: unknown): Omit<RowPart, 'owner' | 'targetRegion'> {
  const part = linkReader.object(value)
  return {
    table: linkReader.text(part, 'table'),
    poolId: part['poolId'] === undefined ? undefined : linkReader.text(part, 'poolId'),
    columns: linkReader.texts(part, 'columns'),
    after: part['after'] === undefined ? undefined : linkReader.texts(part, 'after'),
    upTo: part['upTo'] === undefined ? undefined : linkReader.texts(part, 'upTo'),
  }
}

function toRows(value: unknown): readonly RowHash[] {
  return listOf(value, ROWS_MAX).map((entry) => {
    const row = linkReader.object(entry)
    return { key: linkReader.texts(row, 'key'), hash: toHash(row['hash']) }
  })
}

function toKey(value: unknown): RowKey {
  return linkReader.textList(value, 'a key')
}

function toHash(value: unknown): string {
  assert(typeof value === 'string' && /^-?\d{1,20}$/.test(value), 'a hash was expected')
  return value
}

function listOf(value: unknown, max: number): readonly unknown[] {
  return linkReader.list(value, `at most ${max}`, max)
}

function countOf(value: LinkValue): number {
  return Number(linkReader.object(value)['rows'])
}
