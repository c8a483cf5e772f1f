// What happens between the reading of a name and the proof: the customer's triggers may bring along
// a user whom only they know, and may refuse the sign-in. Not while guesses at the name are locked
// out, so that a lock spares the customer's code, too.

import type { OpenedClaim } from '#app/accounts/user-records.js'
import { hidesUsers } from '#domain/credential/decoy.js'
import { lockedUntilMs } from '#domain/credential/lockout.js'
import { asPrimary } from '#ports/capability.js'
import type { AuthStep } from './challenge.js'

/** What is known of the name then. `password` where the client sent it, which migration needs. */
export async function beforeProof(
  { services, context, progress }: AuthStep,
  claim: OpenedClaim,
  password?: string,
): Promise<OpenedClaim> {
  const { users, triggers, clock } = services
  if (lockedUntilMs(claim) > clock.nowMs()) return claim
  const { pool, client, request } = context
  const username = progress.typedName
  let known = claim
  // A user who is brought along is written, which a secondary cannot.
  if (known.record === undefined && password !== undefined && asPrimary(pool) !== undefined) {
    const source = 'UserMigration_Authentication'
    const event = { source, pool, client, request, username, password } as const
    const isMigrated = (await triggers.userMigration(event)) === 'migrated'
    if (isMigrated) known = await users.findAuthClaim(pool, username)
  }
  // A client without PreventUserExistenceErrors learns at once that there is no such user.
  if (known.record === undefined && !hidesUsers(client.settings)) return known
  const source = 'PreAuthentication_Authentication'
  const user = known.record?.user
  await triggers.preAuthentication({ source, pool, client, request, username, user })
  return known
}
