// How registration, verification and recovery can end. A refusal is a value that each face words.

import type { Delivery } from '#domain/message/contact.js'
import type { Refused } from '#domain/refusal.js'
import type { User } from '#domain/user/user.js'

/** Whom a call names; `sub` is a decoy's where there is no user. */
export interface NamedUser {
  readonly user: User | undefined
  readonly sub: string
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

export type AccountOutcome = AccountDone | Refused

export function done(user: User, delivery?: Delivery): AccountDone {
  return { kind: 'done', user, delivery }
}
