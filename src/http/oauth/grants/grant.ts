// What a grant of the token endpoint is: one file each, found by its grant_type.
import type { PoolKeys } from '#app/crypto/pool-keys.js'
import type { SessionServices } from '#app/sessions/services.js'
import type { Random } from '#base/random.js'
import type { RequestContext } from '#domain/request-context.js'
import type { Pool } from '#ports/capability.js'
import type { Clients, Domains, Pools } from '#ports/directory.js'
import type { AuthenticatedClient } from '../client-authentication.js'

export interface TokenServices {
  readonly domains: Domains
  readonly pools: Pools
  readonly clients: Clients
  readonly poolKeys: PoolKeys
  readonly tokens: SessionServices
  readonly random: Random
}

export interface Grant {
  readonly grantType: string
  run(request: {
    readonly services: TokenServices
    readonly pool: Pool
    readonly authenticated: AuthenticatedClient
    readonly form: URLSearchParams
    readonly request: RequestContext
  }): Promise<Readonly<Record<string, unknown>>>
}
