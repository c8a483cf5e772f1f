// `twinpool messages test`: sends one message the way that a pool's messages take, from each Region
// of the stack or from one.
import { CommandError } from './failure.js'
import type { Row } from './listing.js'
import { askRegion, type CallFlags, failureOf, type Target, targetsOf } from './signed-call.js'
import { cell, renderTable } from './text.js'

export interface MessagesTestFlags extends CallFlags {
  readonly json: boolean
  readonly userPoolId: string
}

/** Longer than a Region waits for its transport, unless it is set to wait for longer. */
const TIMEOUT_MS = 30_000
const OPERATION = 'SendTestMessage'

/** Fails unless a message was delivered, and if one was not. */
export async function runMessagesTest(to: string, flags: MessagesTestFlags): Promise<void> {
  const input = { UserPoolId: flags.userPoolId, Destination: to }
  const targets = await targetsOf(flags)
  const outcomes = await Promise.all(targets.map((target) => outcomeIn(target, input)))
  if (flags.json) console.log(JSON.stringify({ Messages: outcomes }))
  else {
    const names = ['RegionName', 'Medium', 'Outcome', 'Reason']
    const rows = outcomes.map((outcome) => names.map((name) => cell(outcome, name)))
    console.log(renderTable(['Region', 'Medium', 'Outcome', 'Reason'], rows))
  }
  const has = (word: string) => outcomes.some((outcome) => outcome['Outcome'] === word)
  if (has('NOT_DELIVERED')) {
    throw new CommandError('A message was not delivered; the log of its Region says why.')
  }
  if (has('DELIVERED')) return
  throw new CommandError(
    has('OUTBOX')
      ? 'No transport is set: the outbox keeps the messages of this pool.'
      : 'No Region that answers has this user pool.',
  )
}

/** The outcome in one Region; a Region that fails says why, and else as little as a silent one. */
async function outcomeIn(target: Target, input: Row): Promise<Row> {
  const answer = await askRegion(target, OPERATION, input, TIMEOUT_MS)
  if (answer.kind === 'output') return answer.output
  if (answer.kind === 'refused') throw failureOf(OPERATION, target, answer.reason)
  const silent = { RegionName: target.region, Outcome: 'SILENT' }
  return answer.kind === 'failed' ? { ...silent, Reason: answer.reason } : silent
}
