// Code of the customer's that the service calls at fixed points of its flows (Lambda triggers).
// Most pools have none: a call that has nothing to do returns at once and not a promise, so that it
// costs nothing where it is made.
//
// An event carries the request's context whole. What of it a trigger may see, and under which name,
// depends on the trigger and on the operation, and is for those who call the customer's code. They
// refuse the flow by throwing.
// Cognito: developer guide, "Customizing user pool workflows with Lambda triggers", 2026.
import type { RequestContext } from '#domain/request-context.js'
import type { Claims } from '#domain/token/claims.js'
import type { User } from '#domain/user/user.js'
import type { Pool } from './capability.js'
import type { Client } from './directory.js'

/** What every event has. `client` is absent where an administrator acts without one. */
export interface TriggerEvent {
  readonly pool: Pool
  readonly client: Client | undefined
  readonly request: RequestContext
}

/** A sign-in begins; nothing is proven. */
export interface PreAuthenticationEvent extends TriggerEvent {
  readonly source: 'PreAuthentication_Authentication'
  /** The name as it was typed. */
  readonly username: string
  /** Absent where no user has the name. */
  readonly user: User | undefined
}

/** A user has proven everything; tokens come next. */
export interface PostAuthenticationEvent extends TriggerEvent {
  readonly source: 'PostAuthentication_Authentication'
  readonly user: User
}

/** No user has the name. */
export interface UserMigrationEvent extends TriggerEvent {
  readonly source: 'UserMigration_Authentication'
  readonly username: string
  readonly password: string
}

/** The claims of the tokens of one issue. */
export interface TokenClaims {
  readonly id: Claims
  readonly access: Claims
}

/** Tokens are about to be signed; `user` is absent where the client itself is the subject. */
export interface PreTokenGenerationEvent<C extends Partial<TokenClaims>> extends TriggerEvent {
  readonly source:
    | 'TokenGeneration_Authentication'
    | 'TokenGeneration_NewPasswordChallenge'
    | 'TokenGeneration_RefreshTokens'
    | 'TokenGeneration_ClientCredentials'
  readonly user: User | undefined
  readonly claims: C
}

type Awaitable<T> = T | Promise<T>

/** The points at which flows call. */
export interface Triggers {
  preAuthentication(event: PreAuthenticationEvent): Awaitable<void>
  postAuthentication(event: PostAuthenticationEvent): Awaitable<void>
  /** 'migrated': the user is there now, and is to be read again. */
  userMigration(event: UserMigrationEvent): Awaitable<'migrated' | 'none'>
  /** The claims to sign. */
  preTokenGeneration<C extends Partial<TokenClaims>>(
    event: PreTokenGenerationEvent<C>,
  ): Awaitable<C>
}
