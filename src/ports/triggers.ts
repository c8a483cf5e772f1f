// Code of the customer's that the service calls at fixed points of its flows (Lambda triggers).
// Most pools have none: a call that has nothing to do returns at once and not a promise, so that it
// costs nothing where it is made.
import type { Claims } from '#domain/token/claims.js'
import type { User } from '#domain/user/user.js'
import type { Pool } from './capability.js'
import type { Client } from './directory.js'

/** The claims of the tokens of one issue. */
export interface TokenClaims {
  readonly id: Claims
  readonly access: Claims
}

/** Before tokens of a user are signed. */
export interface PreTokenGenerationEvent {
  readonly source: 'TokenGeneration_Authentication' | 'TokenGeneration_RefreshTokens'
  readonly pool: Pool
  readonly client: Client
  readonly user: User
  readonly claims: TokenClaims
}

/** The points at which flows call. */
export interface Triggers {
  /** The claims to sign. */
  preTokenGeneration(event: PreTokenGenerationEvent): TokenClaims | Promise<TokenClaims>
}
