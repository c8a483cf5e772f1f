// `twinpool triggers`: the customer's functions as the Regions call them, and `triggers test`,
// which calls one with an event from a file.
import { readFile } from 'node:fs/promises'
import { CommandError } from './failure.js'
import { listEach } from './listing.js'
import { type CallFlags, reportSilent, targetsOf, tryCall } from './signed-call.js'
import { cell, renderTable } from './text.js'

export interface TriggersFlags extends CallFlags {
  readonly json: boolean
}

const COLUMNS = ['Transport', 'Running', 'Queued', 'Returned', 'Threw', 'Failed', 'Retries']
const LATER_COLUMNS = ['Rejected', 'Restarts']

/** Three tries of five seconds, and as long as that in the queue. */
const TEST_TIMEOUT_MS = 30_000

export async function runTriggers(flags: TriggersFlags): Promise<void> {
  const listing = await listEach(await targetsOf(flags), 'ListTriggers', 'Triggers')
  reportSilent(listing)
  const { rows: triggers, silent } = listing
  if (flags.json) console.log(JSON.stringify({ Triggers: triggers, SilentRegions: silent }))
  else if (triggers.length === 0) console.log('No function was called yet.')
  else {
    const heading = ['Region', 'Function', ...COLUMNS, ...LATER_COLUMNS, 'Mean', 'Longest']
    console.log(renderTable(heading, triggers.map(rowOf)))
  }
}

function rowOf(trigger: Readonly<Record<string, unknown>>): string[] {
  const ended = ['Returned', 'Threw', 'Failed'].map((name) => Number(trigger[name] ?? 0))
  const calls = ended.reduce((sum, count) => sum + count, 0)
  const mean = calls === 0 ? '-' : `${Math.round(Number(trigger['TotalMilliseconds']) / calls)} ms`
  return [
    ...['RegionName', 'FunctionArn', ...COLUMNS, ...LATER_COLUMNS].map((name) =>
      cell(trigger, name),
    ),
    mean,
    `${cell(trigger, 'LongestMilliseconds')} ms`,
  ]
}

export interface TriggersTestFlags extends TriggersFlags {
  readonly event: string
}

/** Calls the function from the first Region, or that of `--region`; fails unless it returned. */
export async function runTriggersTest(arn: string, flags: TriggersTestFlags): Promise<void> {
  const event = await readFile(flags.event, 'utf8').catch((cause: unknown) => {
    throw new CommandError(`The file ${flags.event} cannot be read.`, { cause })
  })
  const [target] = await targetsOf(flags)
  if (target === undefined) throw new CommandError('There is no Region to call.')
  const input = { FunctionArn: arn, Event: event }
  const output = await tryCall(target, 'TestTrigger', input, TEST_TIMEOUT_MS)
  if (output === undefined) throw new CommandError(`${target.region} does not answer.`)
  if (flags.json) console.log(JSON.stringify(output))
  const outcome = cell(output, 'Outcome')
  if (outcome !== 'RETURNED') {
    const what = outcome === 'THREW' ? 'threw' : 'could not be invoked'
    throw new CommandError(`The function ${what}: ${cell(output, 'Message')}`)
  }
  if (flags.json) return
  console.log(pretty(String(output['Payload'])))
}

function pretty(payload: string): string {
  try {
    return JSON.stringify(JSON.parse(payload), undefined, 2)
  } catch {
    return payload
  }
}
