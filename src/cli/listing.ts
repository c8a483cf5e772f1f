// Lists of the Regions, for the administration commands: all pages of an operation from every
// Region that responds.
import { isObject } from '#base/json.js'
import { type RegionResponses, requireResponse, type Target, tryCall } from './signed-call.js'

/** An object that a Region returned: a response or one row of a list in it. */
export type Row = Readonly<Record<string, unknown>>

/** What the Regions list, and which of them did not respond. */
export interface Listing extends Pick<RegionResponses, 'silent'> {
  /** The rows of all Regions, in the order of the Regions. */
  readonly rows: readonly Row[]
  readonly byRegion: readonly { readonly region: string; readonly rows: readonly Row[] }[]
}

/** The objects of the list `name` in a response; none when it has no such list. */
export function rowsIn(output: Row, name: string): readonly Row[] {
  const value = output[name]
  return Array.isArray(value) ? value.filter(isObject) : []
}

/**
 * Calls `operation` of every Region, as often as it says that there is a next page, and returns
 * the rows of its list `name`. A Region that stops responding between pages is silent.
 */
export async function listEach(
  targets: readonly Target[],
  operation: string,
  name: string,
  input: Row = {},
): Promise<Listing> {
  const listed = await Promise.all(
    targets.map(async (target) => {
      const rows = await listAll(target, operation, name, input)
      return { region: target.region, rows }
    }),
  )
  const byRegion = listed.flatMap(({ region, rows }) => (rows ? [{ region, rows }] : []))
  requireResponse(targets, byRegion)
  const silent = listed.flatMap(({ region, rows }) => (rows ? [] : [region]))
  return { rows: byRegion.flatMap(({ rows }) => rows), byRegion, silent }
}

async function listAll(
  target: Target,
  operation: string,
  name: string,
  input: Row,
): Promise<readonly Row[] | undefined> {
  const rows: Row[] = []
  let page = input
  for (;;) {
    const output = await tryCall(target, operation, page)
    if (output === undefined) return undefined
    rows.push(...rowsIn(output, name))
    if (output['NextToken'] === undefined) return rows
    page = { ...input, NextToken: output['NextToken'] }
  }
}
