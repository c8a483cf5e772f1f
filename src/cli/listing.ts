// Lists of the Regions, for the administration commands: all pages of an operation from every
// Region that responds.
import { isObject } from '#base/json.js'
import { type Answer, askEach, askRegion, type MissingRegions, type Target } from './signed-call.js'

/** An object that a Region returned: a response or one row of a list in it. */
export type Row = Readonly<Record<string, unknown>>

/** What the Regions list, and which of them did not respond. */
export interface Listing extends MissingRegions {
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
  const { responses, ...missing } = await askEach(targets, operation, (target) =>
    listAll(target, operation, name, input),
  )
  const byRegion = responses.map(({ region, output }) => ({ region, rows: output }))
  return { rows: byRegion.flatMap(({ rows }) => rows), byRegion, ...missing }
}

async function listAll(
  target: Target,
  operation: string,
  name: string,
  input: Row,
): Promise<Answer<readonly Row[]>> {
  const rows: Row[] = []
  let page = input
  for (;;) {
    const answer = await askRegion(target, operation, page)
    if (answer.kind !== 'output') return answer
    rows.push(...rowsIn(answer.output, name))
    if (answer.output['NextToken'] === undefined) return { kind: 'output', output: rows }
    page = { ...input, NextToken: answer.output['NextToken'] }
  }
}
