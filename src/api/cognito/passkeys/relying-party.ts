// The relying party of a pool, and who registers a passkey, as an access token says it.

import type { Registrant } from '#app/passkeys/register.js'
import { allowsPasskeys } from '#app/passkeys/register.js'
import type { Pool } from '#ports/capability.js'
import type { Domains } from '#ports/directory.js'
import type { ResolvedClient, UserCaller } from '../context.js'
import { errorFor } from '../refusals.js'

interface Call {
  readonly pool: Pool
  readonly caller: UserCaller
  readonly client: ResolvedClient
  readonly domains: Domains
  readonly domainHost: (pool: Pool, domain: string) => string
}

/** The signed-in user; refused where the pool has no passkeys. */
export function requireRegistrant({ pool, caller, client }: Call): Registrant {
  if (!allowsPasskeys(pool)) throw errorFor('passkeys-not-enabled')
  const { sub, username, originJti } = caller
  return { sub, username, originJti, clientId: client.client.clientId }
}

// Cognito: developer guide, "Passkey sign-in" (relying party ID), 2026.
/** The configured relying party ID, else the host of the pool's domain. */
export async function relyingPartyOf({
  pool,
  domains,
  domainHost,
}: Call): Promise<string | undefined> {
  const configured = pool.settings.webAuthnConfiguration?.relyingPartyId
  if (configured !== undefined) return configured
  const [domain] = await domains.list(pool)
  return domain && domainHost(pool, domain.domain)
}
