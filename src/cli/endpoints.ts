// `twinpool endpoints`: who uses which endpoint, so that an operator who wants to give up a host or
// a form of the issuer sees who would notice. Every Region knows its own requests and those of the
// others that have arrived; of a row that two of them know, the greater count is the later.
import { listEach, type Row } from './listing.js'
import { type CallFlags, reportSilent, targetsOf } from './signed-call.js'
import { cell, renderTable, timeOf } from './text.js'

export interface EndpointsFlags extends CallFlags {
  readonly json: boolean
  readonly userPoolId: string | undefined
  readonly days: number
}

const COLUMNS = ['Day', 'UserPoolId', 'ClientId', 'Kind', 'IssuerForm', 'Host', 'UserAgent']
const HEADING = ['Day', 'Pool', 'App client', 'Kind', 'Issuer', 'Host', 'SDK', 'Calls', 'Last seen']

export async function runEndpoints(flags: EndpointsFlags): Promise<void> {
  const { userPoolId, days } = flags
  const listing = await listEach(await targetsOf(flags), 'ListEndpointUses', 'Uses', {
    Days: days,
    ...(userPoolId !== undefined && { UserPoolId: userPoolId }),
  })
  const uses = merged(listing.rows)
  reportSilent(listing)
  if (flags.json) console.log(JSON.stringify({ Uses: uses, SilentRegions: listing.silent }))
  else if (uses.length === 0) console.log('No endpoint was used.')
  else console.log(renderTable(HEADING, uses.map(rowOf)))
}

/** Each use once, the latest days first. */
function merged(rows: readonly Row[]): readonly Row[] {
  const best = new Map<string, Row>()
  for (const row of rows) {
    const key = keyOf(row)
    const other = best.get(key)
    if (other === undefined || Number(row['Calls']) > Number(other['Calls'])) best.set(key, row)
  }
  return [...best.values()].sort(
    (a, b) => cell(b, 'Day').localeCompare(cell(a, 'Day')) || keyOf(a).localeCompare(keyOf(b)),
  )
}

const keyOf = (row: Row) => COLUMNS.map((name) => cell(row, name)).join(' ')

function rowOf(row: Row): string[] {
  return [...COLUMNS.map((name) => cell(row, name)), cell(row, 'Calls'), timeOf(row['LastSeen'])]
}
