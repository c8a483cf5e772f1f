// `twinpool outbox`: the messages that would have been sent, with their codes, of all Regions.
import { isObject } from '#base/json.js'
import { type CallFlags, callEach, reportSilent, targetsOf } from './signed-call.js'
import { cell, renderTable, timeOf } from './text.js'

export interface OutboxFlags extends CallFlags {
  readonly json: boolean
  readonly userPoolId: string | undefined
  readonly maxResults: number | undefined
}

type Message = Readonly<Record<string, unknown>>

export async function runOutbox(flags: OutboxFlags): Promise<void> {
  const called = await callEach(await targetsOf(flags), 'ListOutboxMessages', {
    ...(flags.userPoolId === undefined ? {} : { UserPoolId: flags.userPoolId }),
    ...(flags.maxResults === undefined ? {} : { MaxResults: flags.maxResults }),
  })
  const messages = called.responses
    .flatMap(({ output }) => (Array.isArray(output['Messages']) ? output['Messages'] : []))
    .filter(isObject)
    .sort((a, b) => Number(b['CreatedAt']) - Number(a['CreatedAt']))
  reportSilent(called)
  const { silent } = called
  if (flags.json) console.log(JSON.stringify({ Messages: messages, SilentRegions: silent }))
  else if (messages.length === 0) {
    const where = silent.length === 0 ? '' : ' where it can be seen'
    console.log(`The outbox is empty${where}.`)
  } else console.log(renderTable(HEADING, messages.map(rowOf)))
}

const HEADING = ['Time', 'Region', 'Pool', 'User', 'To', 'Reason', 'Code']

function rowOf(message: Message): string[] {
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
