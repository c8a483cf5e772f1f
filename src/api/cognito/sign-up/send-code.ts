// What ForgotPassword and ResendConfirmationCode do alike: anybody names a user, and a code goes to
// that user. A client that keeps secret who exists is told of a delivery in any case.
// Cognito: developer guide, "Managing user existence error responses", 2026: absent and disabled
// users are hidden; that a user is confirmed already is said, and sign-up pages go by it.

import type { AccountOutcome } from '#app/accounts/outcome.js'
import type { UserRecords } from '#app/accounts/user-records.js'
import type { PoolKeys } from '#app/crypto/pool-keys.js'
import type { CodePurpose } from '#app/messages/codes.js'
import type { PoolWork } from '#app/unit-of-work.js'
import { hidesUsers } from '#domain/credential/decoy.js'
import {
  autoVerifiedContact,
  type Delivery,
  deliveryOf,
  recoveryContact,
} from '#domain/message/contact.js'
import { type Refused, refused } from '#domain/refusal.js'
import type { User } from '#domain/user/user.js'
import type { Pool } from '#ports/capability.js'
import type { ResolvedClient } from '../context.js'
import { decoyDelivery, namedUser } from './named-user.js'

/** A code is on its way, or so it is said. */
export interface CodeRequested {
  readonly kind: 'done'
  readonly delivery: Delivery | undefined
}

/** Sends a code to the user whom the request names, by `send`. */
export async function requestCode(
  ctx: {
    readonly poolKeys: PoolKeys
    readonly users: UserRecords
    readonly poolWork: PoolWork
    readonly pool: Pool
    readonly client: ResolvedClient
  },
  request: {
    readonly Username: string
    readonly SecretHash?: string | undefined
    readonly purpose: CodePurpose
  },
  send: (user: User) => Promise<AccountOutcome>,
): Promise<CodeRequested | Refused> {
  const { user, sub } = await namedUser(ctx, request)
  const outcome = user === undefined ? refused('user-absent') : await send(user)
  if (outcome.kind === 'done' || !hidesUsers(ctx.client.client.settings)) return outcome
  if (outcome.reason === 'too-many-codes') return outcome
  const isConfirmed = user?.status === 'CONFIRMED' && user.isEnabled
  if (outcome.reason === 'already-confirmed' && isConfirmed) return outcome
  // Who may be told that a user exists is told why no code was sent; others see a code "sent",
  // which then runs into the same limits as a real one.
  const isAdmitted = await ctx.poolWork.run(ctx.pool, ({ codes }) =>
    codes.pretend(ctx.pool, { sub, purpose: request.purpose }),
  )
  if (!isAdmitted) return refused('too-many-codes')
  // Both operations name the same place for a user, as they do for a name without one.
  const { settings } = ctx.pool
  const contact = user && (recoveryContact(settings, user) ?? autoVerifiedContact(settings, user))
  const delivery = contact ? deliveryOf(contact) : await decoyDelivery(ctx, request.Username)
  return { kind: 'done', delivery }
}
