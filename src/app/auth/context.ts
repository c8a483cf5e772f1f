// Who asks to sign in. Every step of a sign-in takes this one value, which the resolution of the
// request made, so that no step looks up pool or client by itself.
import type { RequestContext } from '#domain/request-context.js'
import type { Pool } from '#ports/capability.js'
import type { Client, ClientSecret } from '#ports/directory.js'

/** The app client that asks, whether through the admin API, and with which request. */
export interface AuthContext {
  readonly pool: Pool
  readonly client: Client
  readonly secrets: readonly ClientSecret[]
  readonly isAdmin: boolean
  readonly request: RequestContext
}
