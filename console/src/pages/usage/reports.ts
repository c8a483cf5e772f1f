// What was metered of pools in a month, as the Regions together know it.

import { useMemo } from 'react'
import { csvText } from '#base/csv.js'
import type { Tier } from '#domain/pool/tier.js'
import { TIERS } from '#domain/pool/tier.js'
import { USAGE_CSV_HEADING } from '#domain/usage/csv-heading.js'
import { fullestOf } from '#domain/usage/fullest.js'
import { type Loaded, type RegionAnswer, useRowsOfRegions } from '../../api/use-calls.js'

/** A pool of `TwinpoolService.GetUsage`. */
export interface PoolUsage {
  readonly UserPoolId: string
  readonly Name: string
  readonly Tier: string
  readonly MonthlyActiveUsers: number
  readonly MonthlyActiveUsersByTier: Readonly<Record<Tier, number>>
  readonly MachineClients: readonly { readonly ClientId: string; readonly Tokens: number }[]
  readonly Replicas: readonly {
    readonly RegionName: string
    readonly Hours: number
    readonly Months: number
  }[]
  readonly Charges: readonly Charge[]
  readonly Total: number
}

export interface Charge {
  readonly Item: string
  readonly Quantity: number
  readonly UnitPrice: number
  readonly Amount: number
}

/** A pool's usage, its sums, and the Region that told it. */
export interface UsageRow extends PoolUsage {
  readonly toldBy: string
  readonly machineTokens: number
  readonly replicaMonths: number
}

/** A page of pools is one piece of work for a Region. */
const POOLS_PAGE = 50

/** What the Regions told of a month. */
export function useUsage(
  month: string,
): Loaded<readonly RegionAnswer<readonly PoolUsage[]>[]> & { readonly rows: readonly UsageRow[] } {
  const input = { Month: month, MaxResults: POOLS_PAGE }
  const what = { service: 'twinpool', operation: 'GetUsage', input } as const
  const loaded = useRowsOfRegions<PoolUsage>(what, 'Pools')
  const { data: answers } = loaded
  const rows = useMemo(() => usageRows(answers ?? []), [answers])
  return { ...loaded, rows }
}

function usageRows(answers: readonly RegionAnswer<readonly PoolUsage[]>[]): readonly UsageRow[] {
  const told = answers.flatMap(({ region, output }) =>
    (output ?? []).map((pool) => rowOf(pool, region)),
  )
  const rows = fullestOf(told, {
    idOf: ({ UserPoolId }) => UserPoolId,
    sizesOf: ({ MonthlyActiveUsers, machineTokens, Replicas }) => [
      MonthlyActiveUsers,
      machineTokens,
      sumOf(Replicas.map(({ Hours }) => Hours)),
    ],
  })
  return rows.toSorted((a, b) => a.Name.localeCompare(b.Name))
}

function rowOf(pool: PoolUsage, toldBy: string): UsageRow {
  return {
    ...pool,
    toldBy,
    machineTokens: sumOf(pool.MachineClients.map(({ Tokens }) => Tokens)),
    replicaMonths: sumOf(pool.Replicas.map(({ Months }) => Months)),
  }
}

export function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0)
}

/** The table as a file, with the headings of `twinpool usage --csv`. */
export function usageCsv(month: string, rows: readonly UsageRow[]): string {
  const lines = rows.map((row) => [
    month,
    row.UserPoolId,
    row.Name,
    row.Tier,
    row.MonthlyActiveUsers,
    ...TIERS.map((plan) => row.MonthlyActiveUsersByTier[plan] ?? 0),
    row.machineTokens,
    row.Replicas.map(({ RegionName }) => RegionName).join(' '),
    row.replicaMonths,
    row.Total,
    row.toldBy,
  ])
  return csvText([USAGE_CSV_HEADING, ...lines])
}
