// `twinpool outbox`: the messages that would have been sent, with their codes, of all Regions.
import { listEach, type Row } from './listing.js'
import { type CallFlags, reportSilent, targetsOf } from './signed-call.js'
import { cell, renderTable, timeOf } from './text.js'

export interface OutboxFlags extends CallFlags {
  readonly json: boolean
  readonly userPoolId: string | undefined
  readonly maxResults: number | undefined
}

export async function runOutbox(flags: OutboxFlags): Promise<void> {
  const listing = await listEach(await targetsOf(flags), 'ListOutboxMessages', 'Messages', {
    ...(flags.userPoolId === undefined ? {} : { UserPoolId: flags.userPoolId }),
    ...(flags.maxResults === undefined ? {} : { MaxResults: flags.maxResults }),
  })
  const messages = [...listing.rows].sort((a, b) => Number(b['CreatedAt']) - Number(a['CreatedAt']))
  reportSilent(listing)
  const { silent } = listing
  if (flags.json) console.log(JSON.stringify({ Messages: messages, SilentRegions: silent }))
  else if (messages.length === 0) {
    const where = silent.length === 0 ? '' : ' where it can be seen'
    console.log(`The outbox is empty${where}.`)
  } else console.log(renderTable(HEADING, messages.map(rowOf)))
}

const HEADING = ['Time', 'Region', 'Pool', 'User', 'To', 'Reason', 'Code']

function rowOf(message: Row): string[] {
  if (message['Sealed'] === true) {
    const why = 'sealed: the key of the pool refuses'
    return [
      timeOf(message['CreatedAt']),
      cell(message, 'RegionName'),
      cell(message, 'UserPoolId'),
      why,
    ]
  }
  const names = ['RegionName', 'UserPoolId', 'Username', 'Destination', 'Reason', 'Code']
  return [timeOf(message['CreatedAt']), ...names.map((name) => cell(message, name))]
}
