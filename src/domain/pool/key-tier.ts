// Which pools may have a customer managed key: those of a tier above LITE. A pool of that tier that
// has one, from a version that did not refuse it, may keep it.
import type { Tier } from '../settings/table.js'

/** Why not, and whether it is the tier's change that is refused. */
export interface KeyTierRefusal {
  readonly kind: 'tier-change' | 'not-in-tier'
  readonly message: string
}

/** What is against the key in the tier; `before`: the pool's tier and key so far. */
export function keyTierRefusal(
  tier: Tier,
  kmsKeyArn: string | undefined,
  before?: { readonly tier: Tier; readonly kmsKeyArn: string | undefined },
): KeyTierRefusal | undefined {
  if (tier !== 'LITE' || kmsKeyArn === undefined) return undefined
  if (before !== undefined && before.tier !== 'LITE') {
    return {
      kind: 'tier-change',
      message: 'A user pool with a customer managed key needs the ESSENTIALS or PLUS tier.',
    }
  }
  if (before?.kmsKeyArn === kmsKeyArn) return undefined
  return {
    kind: 'not-in-tier',
    message:
      'A customer managed key is not available in the LITE tier. ' +
      'Change the tier to ESSENTIALS or higher.',
  }
}
