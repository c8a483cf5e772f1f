// `twinpool alarms`: what is wrong with the Regions now. Exit code 1 when something is, or when a
// Region does not say.
import { CommandError } from './failure.js'
import { listEach, type Row } from './listing.js'
import { type CallFlags, reportSilent, targetsOf } from './signed-call.js'
import { cell, renderTable, timeOf } from './text.js'

export interface AlarmsFlags extends CallFlags {
  readonly json: boolean
}

const HEADING = ['Region', 'Severity', 'Alarm', 'Subject', 'Since', 'What']

export async function runAlarms(flags: AlarmsFlags): Promise<void> {
  const listing = await listEach(await targetsOf(flags), 'ListAlarms', 'Alarms')
  const { rows, silent } = listing
  reportSilent(listing)
  if (flags.json) console.log(JSON.stringify({ Alarms: rows, SilentRegions: silent }))
  else if (rows.length > 0) console.log(renderTable(HEADING, rows.map(rowOf)))
  else if (silent.length === 0) console.log('No alarm is on.')
  if (rows.length > 0) {
    throw new CommandError(rows.length === 1 ? 'An alarm is on.' : `${rows.length} alarms are on.`)
  }
  if (silent.length > 0) throw new CommandError(`Nothing is known of ${silent.join(', ')}.`)
}

function rowOf(alarm: Row): string[] {
  const names = ['RegionName', 'Severity', 'Name', 'Subject']
  return [...names.map((name) => cell(alarm, name)), timeOf(alarm['Since']), cell(alarm, 'Text')]
}
