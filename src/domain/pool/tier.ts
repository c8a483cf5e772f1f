// Feature plans of pools, and their order: what a plan has, those above it have, too, and a user
// counts in the highest one in which they were active.
//
// Cognito: developer guide, "User pool feature plans" and "Quotas in Amazon Cognito" (monthly
// active users), 2026.

/** The lowest first. Replication needs ESSENTIALS or PLUS. */
export const TIERS = ['LITE', 'ESSENTIALS', 'PLUS'] as const

/** Feature plan of a pool. */
export type Tier = (typeof TIERS)[number]

/** Whether the first tier is above the second. */
export function isAbove(tier: Tier, other: Tier): boolean {
  return TIERS.indexOf(tier) > TIERS.indexOf(other)
}
