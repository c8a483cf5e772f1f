// `twinpool replicas verify`: compares now, with progress, what each Region owns with its copies in
// the others, and repairs it if asked to. Exit code 1 when something stays different.
import { CommandError } from './failure.js'
import { listEach, type Row } from './listing.js'
import { type CallFlags, reportSilent, type Target, targetsOf, tryCall } from './signed-call.js'
import { renderTable } from './text.js'

export interface ReplicasVerifyFlags extends CallFlags {
  readonly json: boolean
  readonly repair: boolean
  /** Of this pool only. */
  readonly pool: string | undefined
}

interface Outcome {
  readonly UserPoolId: string | undefined
  readonly OwnerRegion: string
  readonly CopyRegion: string
  RowsCompared: number
  RowsDiffering: number
  RowsResent: number
  RowsRemoved: number
  RowsLeft: number
  Tables: string[]
}

const CALL_TIMEOUT_MS = 120_000
const PROGRESS_ROWS = 100_000

export async function runReplicasVerify(flags: ReplicasVerifyFlags): Promise<void> {
  const targets = await targetsOf(flags)
  const listing = await listEach(targets, 'ListVerifications', 'Verifications')
  reportSilent(listing)
  const outcomes: Outcome[] = []
  for (const { region, rows } of listing.byRegion) {
    const target = targets.find((each) => each.region === region)
    for (const subject of rows) {
      if (target === undefined) continue
      if (flags.pool !== undefined && subject['UserPoolId'] !== flags.pool) continue
      outcomes.push(await verify(target, subject, flags))
    }
  }
  if (flags.pool !== undefined && outcomes.length === 0) {
    throw new CommandError(`The user pool ${flags.pool} has no replica that is at rest.`)
  }
  if (flags.json) console.log(JSON.stringify({ Verifications: outcomes }))
  else console.log(renderTable(HEADING, outcomes.map(rowOf)))
  const left = outcomes.reduce((sum, outcome) => sum + outcome.RowsLeft, 0)
  if (left === 0) return
  const remedy = flags.repair ? 'run it again' : 'mend them with --repair'
  throw new CommandError(`${left} rows are not the same in both Regions; ${remedy}.`)
}

/** Compares one subject to its end. */
async function verify(
  target: Target,
  subject: Row,
  { repair, json }: ReplicasVerifyFlags,
): Promise<Outcome> {
  const poolId = typeof subject['UserPoolId'] === 'string' ? subject['UserPoolId'] : undefined
  const region = String(subject['RegionName'])
  const outcome: Outcome = {
    UserPoolId: poolId,
    OwnerRegion: target.region,
    CopyRegion: region,
    RowsCompared: 0,
    RowsDiffering: 0,
    RowsResent: 0,
    RowsRemoved: 0,
    RowsLeft: 0,
    Tables: [],
  }
  let token: unknown
  let saidAt = 0
  do {
    const input = { UserPoolId: poolId, RegionName: region, Repair: repair, NextToken: token }
    const output = await tryCall(target, 'VerifyCopies', input, CALL_TIMEOUT_MS)
    if (output === undefined) throw new CommandError(`${target.region} does not answer any more.`)
    for (const name of COUNTS) outcome[name] += Number(output[name] ?? 0)
    const tables = Array.isArray(output['Tables']) ? output['Tables'].map(String) : []
    outcome.Tables = [...new Set([...outcome.Tables, ...tables])]
    token = output['NextToken']
    if (!json && token !== undefined && outcome.RowsCompared - saidAt >= PROGRESS_ROWS) {
      saidAt = outcome.RowsCompared
      console.error(`${poolId ?? 'deployment'} in ${region}: ${saidAt} rows compared …`)
    }
  } while (token !== undefined)
  return outcome
}

const COUNTS = ['RowsCompared', 'RowsDiffering', 'RowsResent', 'RowsRemoved', 'RowsLeft'] as const

const HEADING = ['Pool', 'Rows of', 'In', 'Compared', 'Wrong', 'Sent again', 'Removed', 'Result']

function rowOf(outcome: Outcome): string[] {
  const { RowsDiffering: differing, RowsLeft: left, Tables: tables } = outcome
  const isEqual = differing === 0 ? 'equal' : `mended: ${tables.join(', ')}`
  return [
    outcome.UserPoolId ?? '(deployment)',
    outcome.OwnerRegion,
    outcome.CopyRegion,
    String(outcome.RowsCompared),
    String(differing),
    String(outcome.RowsResent),
    String(outcome.RowsRemoved),
    left > 0 ? `different: ${tables.join(', ')}` : isEqual,
  ]
}
