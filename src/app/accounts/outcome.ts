// How registration, verification and recovery can end, as values that each face words itself.

import type { Delivery } from '#app/messages/codes.js'
import type { User } from '#domain/user/user.js'

export type AccountRefusal =
  | 'alias-exists'
  | 'already-confirmed'
  | 'conflict'
  | 'code-expired'
  | 'code-failures'
  | 'code-mismatch'
  | 'confirmed'
  | 'invalid-parameter'
  | 'no-contact'
  | 'not-resettable'
  | 'password-history'
  | 'password-policy'
  | 'password-reset-required'
  | 'sign-up-not-permitted'
  | 'unauthorized-write'
  | 'unsupported-state'
  | 'too-many-attempts'
  | 'too-many-codes'
  | 'user-absent'
  | 'user-disabled'
  | 'username-exists'
  | 'wrong-password'
  | 'locked-out'

/** Whom a call names; `sub` is a decoy's where there is no user. */
export interface NamedUser {
  readonly user: User | undefined
  readonly sub: string
}

export interface AccountRefused {
  readonly kind: 'refused'
  readonly reason: AccountRefusal
  /** The service's words where the rule has words of its own. */
  readonly message: string
}

export interface AccountDone {
  readonly kind: 'done'
  readonly user: User
  readonly delivery: Delivery | undefined
}

/** Attributes were written; one delivery for each code that went out. */
export interface AccountUpdated {
  readonly kind: 'done'
  readonly user: User
  readonly deliveries: readonly Delivery[]
}

export type AccountOutcome = AccountDone | AccountRefused

export function accountRefused(reason: AccountRefusal, message = ''): AccountRefused {
  return { kind: 'refused', reason, message }
}

export function done(user: User, delivery?: Delivery): AccountDone {
  return { kind: 'done', user, delivery }
}
