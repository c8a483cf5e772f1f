// What a name can begin a choice-based sign-in with. A name without a user, and a user who could
// begin with nothing, is offered what a user of the pool might have: always the same for a name, in
// every Region, since it follows from the name under a key of the pool.
// Cognito: developer guide, "Managing user existence error responses", 2026: a random challenge of
// those that the pool allows.

import type { OpenedClaim } from '#app/accounts/user-records.js'
import { availableChoices, decoyChoices } from '#domain/challenge/first-factor.js'
import type { AuthPool, FirstChoice } from '#domain/challenge/state.js'
import { hidesUsers } from '#domain/credential/decoy.js'
import type { GlobalSettings } from '#domain/pool/settings.js'
import { aliasKindOf, normalName } from '#domain/user/aliases.js'
import type { AuthStep } from './challenge.js'
import { authUserOf } from './state.js'

/** What the user of the claim, or the decoy, can begin with. */
export function choicesFor(
  { context, cipher, progress: { typedName } }: AuthStep,
  pool: AuthPool,
  { record }: OpenedClaim,
): readonly FirstChoice[] {
  const { client } = context
  const own = record && availableChoices(pool, authUserOf(record))
  if (own !== undefined && (own.length > 0 || !hidesUsers(client.settings))) return own
  const { settings } = context.pool
  const drawn = cipher.hash('decoy-choices', normalName(settings, typedName))
  return decoyChoices(pool, drawn, {
    hasEmail: hasAddress(settings, typedName, 'email'),
    hasPhone: hasAddress(settings, typedName, 'phone_number'),
    // Of the host of a domain, as it is without this setting, a decoy's challenge knows nothing.
    takesPasskeys: settings.webAuthnConfiguration?.relyingPartyId !== undefined,
  })
}

/** Whether every user of that name has the address. */
function hasAddress(
  settings: GlobalSettings,
  typedName: string,
  kind: 'email' | 'phone_number',
): boolean {
  if (aliasKindOf(settings, typedName) === kind) return true
  return settings.schemaAttributes.some(({ name, required }) => name === kind && required)
}
