// What a grant of the token endpoint is: one file each, found by its grant_type.
import type { PoolKeys } from '#app/crypto/pool-keys.js'
import type { SessionServices } from '#app/sessions/services.js'
import type { Throttle } from '#app/throttle/throttle.js'
import type { Random } from '#base/random.js'
import type { RequestContext } from '#domain/request-context.js'
import type { RateCategory } from '#domain/throttle/rate-category.js'
import type { Pool } from '#ports/capability.js'
import type { Clients, Domains, Pools } from '#ports/directory.js'
import type { UsageNotes } from '#ports/usage.js'
import type { AuthenticatedClient } from '../client-authentication.js'

export interface TokenServices {
  readonly domains: Domains
  readonly pools: Pools
  readonly clients: Clients
  readonly poolKeys: PoolKeys
  readonly tokens: SessionServices
  readonly random: Random
  readonly usage: UsageNotes
  /** Absent where request rates are not enforced. */
  readonly throttle: Throttle | undefined
}

export interface Grant {
  readonly grantType: string
  /** What its requests count as. */
  readonly category: RateCategory
  run(request: {
    readonly services: TokenServices
    readonly pool: Pool
    readonly authenticated: AuthenticatedClient
    readonly form: URLSearchParams
    readonly request: RequestContext
  }): Promise<Readonly<Record<string, unknown>>>
}
