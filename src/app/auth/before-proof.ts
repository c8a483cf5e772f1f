// What happens between the reading of a name and the proof: the customer's triggers may bring along
// a user whom only they know, and may refuse the sign-in. Not while guesses at the name are locked
// out, so that a lock spares the customer's code, too.

import type { OpenedClaim } from '#app/accounts/user-records.js'
import { hidesUsers } from '#domain/credential/decoy.js'
import { lockedUntilMs } from '#domain/credential/lockout.js'
import type { User } from '#domain/user/user.js'
import { asPrimary } from '#ports/capability.js'
import type { AuthStep } from './challenge.js'

/** What is known of the name then. `password` where the client sent it, which migration needs. */
export async function beforeProof(
  step: AuthStep,
  claim: OpenedClaim,
  password?: string,
): Promise<OpenedClaim> {
  const { services, context, progress } = step
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
  await preAuthentication(step, known.record?.user)
  return known
}

/** Tells the customer's code that a sign-in begins; it may refuse. */
export async function preAuthentication(
  { services, context: { pool, client, request }, progress }: AuthStep,
  user: User | undefined,
): Promise<void> {
  const source = 'PreAuthentication_Authentication'
  const username = progress.typedName
  await services.triggers.preAuthentication({ source, pool, client, request, username, user })
}
