// What a month of replication would cost at an operator's own prices: so much for each monthly
// active user and replica Region, by tier, and a part of the price of machine tokens. A replica
// that was there for a part of the month counts as that part. Amounts are whole millionths of a
// dollar, so that sums are exact.
import type { Tier } from '../pool/tier.js'

/** In dollars; the last is a percentage. */
export interface Prices {
  readonly essentials: number
  readonly plus: number
  readonly machineToken: number
  readonly machineTokenPercent: number
}

/** What was metered of a pool in a month. */
export interface Metered {
  readonly activeUsers: Readonly<Record<Tier, number>>
  readonly machineTokens: number
  /** Of all replica Regions together. */
  readonly replicaMonths: number
}

/** An item of a bill. */
export interface Charge {
  readonly item: 'ESSENTIALS_ACTIVE_USERS' | 'PLUS_ACTIVE_USERS' | 'MACHINE_TOKENS'
  /** Users or tokens, times months of replicas. */
  readonly quantity: number
  readonly unitPrice: number
  readonly amount: number
}

const MILLION = 1_000_000

/** The charges of a pool, those of nothing left out. LITE has no replicas, and so no price. */
export function chargesOf(
  { activeUsers, machineTokens, replicaMonths }: Metered,
  prices: Prices,
): readonly Charge[] {
  const tokenPrice = (prices.machineToken * prices.machineTokenPercent) / 100
  const items = [
    ['ESSENTIALS_ACTIVE_USERS', activeUsers.ESSENTIALS, prices.essentials],
    ['PLUS_ACTIVE_USERS', activeUsers.PLUS, prices.plus],
    ['MACHINE_TOKENS', machineTokens, tokenPrice],
  ] as const
  return items
    .map(([item, count, price]) => {
      const quantity = rounded(count * replicaMonths)
      const unitPrice = Number(price.toPrecision(12))
      return { item, quantity, unitPrice, amount: rounded(quantity * unitPrice) }
    })
    .filter(({ quantity }) => quantity > 0)
}

/** The sum of charges. */
export function totalOf(charges: readonly Charge[]): number {
  return charges.reduce((sum, { amount }) => sum + Math.round(amount * MILLION), 0) / MILLION
}

/** Rounded to millionths. */
export function rounded(value: number): number {
  return Math.round(value * MILLION) / MILLION
}
