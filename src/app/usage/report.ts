// What a Region says of a month: what was metered of each of its pools, and what that would cost.
import type { Tier } from '#domain/pool/tier.js'
import { TIERS } from '#domain/pool/tier.js'
import { type Charge, chargesOf, type Prices, rounded, totalOf } from '#domain/usage/charges.js'
import { hoursIn, type MonthSpan } from '#domain/usage/month.js'
import type { PoolUsage } from '#ports/usage.js'

/** A pool in a month. */
export interface UsageReport {
  readonly poolId: string
  /** Each once, however many Regions and tiers they were active in. */
  readonly monthlyActiveUsers: number
  readonly activeUsers: Readonly<Record<Tier, number>>
  readonly machineClients: PoolUsage['machineClients']
  readonly replicas: readonly {
    readonly region: string
    readonly hours: number
    /** The part of the month. */
    readonly months: number
  }[]
  readonly charges: readonly Charge[]
  readonly total: number
}

export function reportOf(usage: PoolUsage, span: MonthSpan, prices: Prices): UsageReport {
  const { poolId, activeUsers, machineClients } = usage
  const replicas = usage.replicas.map(({ region, periods }) => {
    const hours = hoursIn(periods, span)
    return { region, hours: rounded(hours), months: rounded(hours / span.hours) }
  })
  const charges = chargesOf(
    {
      activeUsers,
      machineTokens: sumOf(machineClients.map(({ tokens }) => tokens)),
      replicaMonths: sumOf(replicas.map(({ months }) => months)),
    },
    prices,
  )
  return {
    poolId,
    monthlyActiveUsers: sumOf(TIERS.map((tier) => activeUsers[tier])),
    activeUsers,
    machineClients,
    replicas,
    charges,
    total: totalOf(charges),
  }
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0)
}
