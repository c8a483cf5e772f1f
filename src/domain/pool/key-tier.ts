// Which pools may have a customer managed key: those of a tier above LITE. A pool of that tier that
// has one, from a version that did not refuse it, may keep it.
import { type Refused, refused } from '../refusal.js'
import type { Tier } from './tier.js'

/** What is against the key in the tier; `before`: the pool's tier and key so far. */
export function keyTierRefusal(
  tier: Tier,
  kmsKeyArn: string | undefined,
  before?: { readonly tier: Tier; readonly kmsKeyArn: string | undefined },
): Refused | undefined {
  if (tier !== 'LITE' || kmsKeyArn === undefined) return undefined
  if (before !== undefined && before.tier !== 'LITE') {
    const why = 'A user pool with a customer managed key needs the ESSENTIALS or PLUS tier.'
    return refused('tier-change', why)
  }
  if (before?.kmsKeyArn === kmsKeyArn) return undefined
  const why =
    'A customer managed key is not available in the LITE tier. ' +
    'Change the tier to ESSENTIALS or higher.'
  return refused('tier', why)
}
