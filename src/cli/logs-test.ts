// `twinpool logs test`: sends a test event to each destination that a pool's events have, in every
// Region that has the pool, and says whether it was taken.
import { CommandError } from './failure.js'
import { listEach, type Row, rowsIn } from './listing.js'
import { askEach, askRegion, type CallFlags, reportSilent, targetsOf } from './signed-call.js'
import { cell, renderTable } from './text.js'

export interface LogsTestFlags extends CallFlags {
  readonly json: boolean
  readonly pool: string
}

/** Longer than a Region waits for a destination. */
const TIMEOUT_MS = 30_000
const HEADING = ['Region', 'Events', 'Destination', 'Result', 'Reason']

/** Fails unless every destination took its event, and there is one. */
export async function runLogsTest({ pool, json, ...flags }: LogsTestFlags): Promise<void> {
  const targets = await targetsOf(flags)
  const listing = await listEach(targets, 'ListPools', 'Pools', { MaxResults: 1000 })
  const having = listing.byRegion.filter(({ rows }) => rows.some(({ Id }) => Id === pool))
  if (having.length === 0) {
    reportSilent(listing)
    throw new CommandError(`No Region that answers has the user pool ${pool}.`)
  }
  const asked = targets.filter(({ region }) => having.some((each) => each.region === region))
  const operation = 'SendTestLogEvent'
  const sent = await askEach(asked, operation, (target) =>
    askRegion(target, operation, { UserPoolId: pool }, TIMEOUT_MS),
  )
  const rows = sent.responses.flatMap(({ region, output }): readonly Row[] =>
    rowsIn(output, 'Results').map((result) => ({ RegionName: region, ...result })),
  )
  const silent = [...listing.silent, ...sent.silent]
  reportSilent({ silent, failures: new Map([...listing.failures, ...sent.failures]) })
  if (json) console.log(JSON.stringify({ Results: rows, SilentRegions: silent }))
  else if (rows.length > 0) {
    const names = ['RegionName', 'EventSource', 'Destination', 'Result', 'Reason']
    const cells = rows.map((row) => names.map((name) => cell(row, name)))
    console.log(renderTable(HEADING, cells))
  }
  const failed = rows.filter((row) => cell(row, 'Result') !== 'DELIVERED').length
  if (failed > 0) throw new CommandError(`${failed} of ${rows.length} test events were not taken.`)
  if (rows.length === 0) throw new CommandError('The user pool exports no events here.')
}
