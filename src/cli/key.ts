// `twinpool key`: the policy statements that a user pool's key needs, whether the key serves the
// pool in every Region, where the pool can have a replica, and how the keys of pools have been.
import { CommandError } from './failure.js'
import { listEach, type Row, rowsIn } from './listing.js'
import {
  type CallFlags,
  callAny,
  callEach,
  reportSilent,
  type Target,
  targetsOf,
} from './signed-call.js'
import { cell, renderTable, timeOf } from './text.js'

export interface KeyFlags extends CallFlags {
  readonly json: boolean
  readonly userPoolId: string
  /** The key's ARN, when it is not that of the pool. */
  readonly key: string | undefined
}

export interface KeyStatementsFlags extends KeyFlags {
  readonly regions: readonly string[] | undefined
}

/** Prints the statements as JSON, in which form a policy takes them. */
export async function runKeyStatements(flags: KeyStatementsFlags): Promise<void> {
  const targets = await targetsOf(flags)
  const input = {
    UserPoolId: flags.userPoolId,
    RegionNames: flags.regions ?? targets.map(({ region }) => region),
  }
  const { Statements } = await callAny(targets, 'GetKeyStatements', input)
  console.log(JSON.stringify(Statements, undefined, 2))
}

/** Checks the key in every Region; fails unless it serves the pool in all of them. */
export async function runKeyCheck(flags: KeyFlags): Promise<void> {
  const targets = await targetsOf(flags)
  const key = flags.key ?? (await keyOf(flags.userPoolId, targets))
  const input = { UserPoolId: flags.userPoolId, KmsKeyArn: key }
  const called = await callEach(targets, 'CheckKey', input)
  reportSilent(called)
  const checks = called.responses.map(({ output }) => output)
  if (flags.json) console.log(JSON.stringify({ Checks: checks, SilentRegions: called.silent }))
  else {
    const rows = checks.flatMap((check) => rowsIn(check, 'Calls').map((call) => [check, call]))
    const cells = rows.map(([check = {}, call = {}]) => [
      cell(check, 'RegionName'),
      ...['Action', 'Result', 'Reason', 'Remedy'].map((name) => cell(call, name)),
    ])
    console.log(renderTable(['Region', 'Call', 'Result', 'Reason', 'Remedy'], cells))
  }
  const refusing = checks.filter((check) => check['Usable'] !== true)
  const names = [...refusing.map((check) => cell(check, 'RegionName')), ...called.silent]
  if (names.length > 0) throw new CommandError(`The key does not serve in ${names.join(', ')}.`)
}

/** The key of the pool: a Region that has no replica yet cannot say. */
async function keyOf(userPoolId: string, targets: readonly Target[]): Promise<unknown> {
  const { rows: pools } = await listEach(targets, 'ListPools', 'Pools', { MaxResults: 1000 })
  return pools.find((pool) => pool['Id'] === userPoolId)?.['KmsKeyArn']
}

export async function runKeyEligibleRegions(flags: KeyFlags): Promise<void> {
  const targets = await targetsOf(flags)
  const home = targets.find(({ region }) => flags.userPoolId.startsWith(`${region}_`))
  const input = { UserPoolId: flags.userPoolId, KmsKeyArn: flags.key }
  // The pool's primary Region knows best; one with a replica of the pool does next.
  const homeFirst = home === undefined ? targets : [home, ...targets.filter((one) => one !== home)]
  const output = await callAny(homeFirst, 'ListEligibleRegions', input)
  if (flags.json) return console.log(JSON.stringify(output))
  const rows = rowsIn(output, 'Regions').map((row) => [
    cell(row, 'RegionName'),
    cell(row, 'Title'),
    row['Eligible'] === true ? 'yes' : 'no',
    cell(row, 'Reason'),
  ])
  console.log(renderTable(['Region', 'Name', 'Eligible', 'Reason'], rows))
}

export interface KeyHealthFlags extends CallFlags {
  readonly json: boolean
  readonly userPoolId: string | undefined
}

/** Shows how the keys of pools are in each Region, or the history of one pool's key. */
export async function runKeyHealth(flags: KeyHealthFlags): Promise<void> {
  const input = { UserPoolId: flags.userPoolId, MaxResults: 1000 }
  const listing = await listEach(await targetsOf(flags), 'ListKeyHealth', 'KeyHealth', input)
  reportSilent(listing)
  const { rows, silent } = listing
  if (flags.json) console.log(JSON.stringify({ KeyHealth: rows, SilentRegions: silent }))
  else if (rows.length === 0) console.log('No user pool has a customer managed key.')
  else console.log(renderTable(HEALTH_HEADING, rows.map(healthRow)))
}

const HEALTH_HEADING = ['Region', 'Pool', 'State', 'Failed call', 'Reason', 'Since', 'Checked']

const healthRow = (row: Row) => [
  ...['RegionName', 'UserPoolId', 'State', 'FailedAction', 'Reason'].map((name) => cell(row, name)),
  timeOf(row['Since']),
  timeOf(row['CheckedAt']),
]
