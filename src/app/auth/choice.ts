// What a name can begin a choice-based sign-in with. A name without a user, and a user who could
// begin with nothing, is offered what a user of the pool has as a rule: always the same for a name,
// in every Region, since nothing of it is drawn.

import type { OpenedClaim } from '#app/accounts/user-records.js'
import { availableChoices } from '#domain/challenge/first-factor.js'
import type { AuthPool, FirstChoice } from '#domain/challenge/state.js'
import { hidesUsers } from '#domain/credential/decoy.js'
import { NO_FACTORS } from '#domain/user/factors.js'
import type { AuthContext } from './challenge.js'
import { authUserOf } from './state.js'

/** An address that no rule looks into. */
const SOMEWHERE = 'somewhere'

/** What the user of the claim, or the decoy, can begin with. */
export function choicesFor(
  { client }: AuthContext,
  pool: AuthPool,
  { record }: OpenedClaim,
): readonly FirstChoice[] {
  const own = record && availableChoices(pool, authUserOf(record))
  if (own !== undefined && (own.length > 0 || !hidesUsers(client.settings))) return own
  return availableChoices(pool, {
    status: 'CONFIRMED',
    attributes: { email: SOMEWHERE, phone_number: SOMEWHERE },
    hasPassword: true,
    factors: NO_FACTORS,
  })
}
