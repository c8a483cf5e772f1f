// What the flows of accounts work with. Each of them names the few services that it needs of these.

import type { PoolKeys } from '#app/crypto/pool-keys.js'
import type { OneTimeCodes } from '#app/messages/codes.js'
import type { Deliveries } from '#app/messages/deliveries.js'
import type { PoolWork } from '#app/unit-of-work.js'
import type { Clock } from '#base/clock.js'
import type { Random } from '#base/random.js'
import type { Delivery } from '#domain/message/contact.js'
import type { PasswordEvent } from '#domain/pool/risk-settings.js'
import type { Refused } from '#domain/refusal.js'
import type { RequestContext } from '#domain/request-context.js'
import type { AuthEventKind, EventResponse } from '#domain/risk/event.js'
import type { User } from '#domain/user/user.js'
import type { Pool, PrimaryPool } from '#ports/capability.js'
import type { Client } from '#ports/directory.js'
import type { PasswordHashes } from '#ports/password-hashes.js'
import type { FailedAttempts } from '#ports/runtime.js'
import type { Triggers } from '#ports/triggers.js'
import type { PasswordTurns } from './password-turns.js'
import type { UserReader } from './user-records.js'

/** The call of an app client, as threat protection looks at it. */
export interface WatchedCall {
  readonly pool: Pool
  readonly client: Client
  readonly request: RequestContext
}

/** What is known of a new password; `refusal`: it is not taken. */
export interface PasswordRisk {
  readonly isCompromised: boolean
  readonly refusal: Refused | undefined
}

/** How a call about an account ended. */
export interface WatchedOutcome {
  /** May be a decoy's. */
  readonly sub: string
  readonly username: string
  /** Undefined: it is not recorded. */
  readonly response: EventResponse | undefined
  readonly isCompromised?: boolean | undefined
}

/** Threat protection, as flows of accounts know it: a pool without it does nothing here. */
export interface AccountWatch {
  /** What is known of a password that is to be a user's. */
  passwordRisk(
    context: WatchedCall,
    password: string | undefined,
    event: PasswordEvent,
  ): Promise<PasswordRisk>
  /** Records a call of an app client. */
  record(context: WatchedCall, kind: AuthEventKind, outcome: WatchedOutcome): void
}

export interface AccountServices {
  readonly poolKeys: PoolKeys
  readonly users: UserReader
  readonly codes: OneTimeCodes
  readonly deliveries: Deliveries
  readonly poolWork: PoolWork
  readonly passwordTurns: PasswordTurns
  readonly passwordHashes: PasswordHashes
  readonly failedAttempts: FailedAttempts
  readonly triggers: Triggers
  readonly threats: AccountWatch
  readonly clock: Clock
  readonly random: Random
}

/** For which request a flow runs. `client` is absent where an administrator acts without one. */
export interface AccountContext {
  readonly pool: PrimaryPool
  readonly client: Client | undefined
  readonly request: RequestContext
}

/** What a finished change leaves: the user, and the code that went out. */
export type AccountOutcome =
  | { readonly kind: 'done'; readonly user: User; readonly delivery: Delivery | undefined }
  | Refused

/** What a step of a sign-up leaves; with `session`, the user may sign in by what was proven. */
export type SignUpOutcome =
  | (Extract<AccountOutcome, { readonly kind: 'done' }> & { readonly session: string | undefined })
  | Refused

export function done(user: User, delivery?: Delivery): AccountOutcome {
  return { kind: 'done', user, delivery }
}

/** Refusals that are counted, so that nobody gets them without end. */
const COUNTED: ReadonlySet<string> = new Set(['incorrect-credentials', 'code-mismatch'])

/**
 * How a call about an account is recorded. Not at all where it was refused for nothing that is
 * counted: anybody who knows the name could fill the user's log with it.
 */
export function recordedAs(
  outcome: Refused | { readonly kind: 'done' },
): 'Pass' | 'Fail' | undefined {
  if (outcome.kind === 'done') return 'Pass'
  return COUNTED.has(outcome.reason) ? 'Fail' : undefined
}
