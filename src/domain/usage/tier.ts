// The order of feature plans: a user counts in the highest one in which they were active.
//
// Cognito: developer guide, "Quotas in Amazon Cognito" (monthly active users), 2026.
import type { Tier } from '../settings/table.js'

/** The lowest first. */
export const TIERS: readonly Tier[] = ['LITE', 'ESSENTIALS', 'PLUS']

/** Whether the first tier is above the second. */
export function isAbove(tier: Tier, other: Tier): boolean {
  return TIERS.indexOf(tier) > TIERS.indexOf(other)
}
