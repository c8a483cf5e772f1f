// `twinpool usage`: what was metered of each pool in a month, each pool as the Region tells it that
// has most of it.
import { csvLine } from '#base/csv.js'
import { isObject } from '#base/json.js'
import { TIERS } from '#domain/pool/tier.js'
import { USAGE_CSV_HEADING } from '#domain/usage/csv-heading.js'
import { fullestOf } from '#domain/usage/fullest.js'
import { CommandError } from './failure.js'
import { listEach, type Row, rowsIn } from './listing.js'
import { type CallFlags, reportSilent, targetsOf } from './signed-call.js'
import { cell, renderTable } from './text.js'

export interface UsageFlags extends CallFlags {
  readonly json: boolean
  readonly csv: boolean
  readonly month: string
}

/** A page of pools is one piece of work for a Region. */
const POOLS_PAGE = 50

/** A pool, and the Region that says so. */
interface Seen {
  readonly pool: Row
  readonly region: string
}

export async function runUsage(flags: UsageFlags): Promise<void> {
  const { month, json, csv } = flags
  if (json && csv) throw new CommandError('Give --csv or --json, not both.')
  const input = { Month: month, MaxResults: POOLS_PAGE }
  const listing = await listEach(await targetsOf(flags), 'GetUsage', 'Pools', input)
  const seen = fullest(
    listing.byRegion.flatMap(({ region, rows }) => rows.map((pool) => ({ pool, region }))),
  )
  reportSilent(listing)
  const { silent } = listing
  if (json) {
    const pools = seen.map(({ pool, region }) => ({ ...pool, SeenFrom: region }))
    console.log(JSON.stringify({ Month: month, Pools: pools, SilentRegions: silent }))
  } else if (csv) {
    console.log(
      [USAGE_CSV_HEADING, ...seen.map((one) => csvRow(month, one))].map(csvLine).join('\n'),
    )
  } else if (seen.length === 0) console.log('There is no user pool.')
  else printTable(seen)
}

/** Each pool as the Region sees it that has most of it; pools by ID. */
function fullest(all: readonly Seen[]): readonly Seen[] {
  const idOf = ({ pool }: Seen) => cell(pool, 'UserPoolId')
  const seen = fullestOf(all, { idOf, sizesOf: ({ pool }) => sizesOf(pool) })
  return seen.toSorted((a, b) => idOf(a).localeCompare(idOf(b)))
}

/** Users, then tokens, then hours of replicas. */
function sizesOf(pool: Row): readonly number[] {
  return [Number(pool['MonthlyActiveUsers']), tokensOf(pool), sumOf(pool, 'Replicas', 'Hours')]
}

function sumOf(pool: Row, list: string, name: string): number {
  return rowsIn(pool, list).reduce((sum, row) => sum + Number(row[name] ?? 0), 0)
}

const tokensOf = (pool: Row) => sumOf(pool, 'MachineClients', 'Tokens')

function usersOf(pool: Row): readonly number[] {
  const byTier = isObject(pool['MonthlyActiveUsersByTier']) ? pool['MonthlyActiveUsersByTier'] : {}
  return TIERS.map((tier) => Number(byTier[tier] ?? 0))
}

function csvRow(month: string, { pool, region }: Seen): readonly string[] {
  const regions = rowsIn(pool, 'Replicas').map((replica) => cell(replica, 'RegionName'))
  return [
    month,
    ...['UserPoolId', 'Name', 'Tier', 'MonthlyActiveUsers'].map((name) => cell(pool, name)),
    ...usersOf(pool).map(String),
    String(tokensOf(pool)),
    regions.join(' '),
    String(sumOf(pool, 'Replicas', 'Months')),
    cell(pool, 'Total'),
    region,
  ]
}

function printTable(seen: readonly Seen[]): void {
  const heading = ['Pool', 'Name', 'Tier', 'Active users', ...TIERS, 'Machine tokens', 'Replicas']
  console.log(renderTable([...heading, 'US dollars', 'Seen from'], seen.map(tableRow)))
  const total = seen.reduce((sum, { pool }) => sum + Number(pool['Total'] ?? 0), 0)
  console.log(`Total: ${total.toFixed(2)} US dollars at the prices of the configuration.`)
}

function tableRow({ pool, region }: Seen): string[] {
  const replicas = rowsIn(pool, 'Replicas').map(
    (replica) => `${cell(replica, 'RegionName')} ${Number(replica['Months']).toFixed(3)}`,
  )
  return [
    ...['UserPoolId', 'Name', 'Tier', 'MonthlyActiveUsers'].map((name) => cell(pool, name)),
    ...usersOf(pool).map(String),
    String(tokensOf(pool)),
    replicas.join(', ') || '-',
    Number(pool['Total'] ?? 0).toFixed(2),
    region,
  ]
}
