// What a grant of the token endpoint is: one file each, found by its grant_type.
import type { PoolKeys } from '#app/crypto/pool-keys.js'
import type { SessionServices } from '#app/sessions/services.js'
import type { Pool } from '#ports/capability.js'
import type { Clients, Domains, Pools } from '#ports/directory.js'
import type { AuthenticatedClient } from '../client-authentication.js'

export interface TokenServices {
  readonly domains: Domains
  readonly pools: Pools
  readonly clients: Clients
  readonly poolKeys: PoolKeys
  readonly tokens: SessionServices
}

export interface Grant {
  readonly grantType: string
  run(request: {
    readonly services: TokenServices
    readonly pool: Pool
    readonly authenticated: AuthenticatedClient
    readonly form: URLSearchParams
  }): Promise<Readonly<Record<string, unknown>>>
}
