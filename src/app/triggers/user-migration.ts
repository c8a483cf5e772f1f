// Users whom only the customer's old directory knows. The function is asked when no user has a
// name, and the user whom it returns is written with the password that it accepted.
// Cognito: developer guide, "Migrate user Lambda trigger", 2026.
//
// Deviation: a migrated user gets no welcome message, also without `messageAction: SUPPRESS`. The
// template of an invitation has a place for a password, and this one is the user's own.

import { migratedCredential } from '#domain/credential/new-credential.js'
import type { UserFactors } from '#domain/user/factors.js'
import type { User } from '#domain/user/user.js'
import { asPrimary, type PrimaryPool } from '#ports/capability.js'
import type { UserMigrationEvent } from '#ports/triggers.js'
import { createUser, nameUser } from '../accounts/register.js'
import {
  type Configured,
  type CustomerTriggersOptions,
  metadataOf,
  ResponseReader,
  respond,
  validationDataOf,
} from './function-event.js'

const SIGN_IN = 'UserMigration_Authentication'

/** Asks for the user and writes it; a secondary, which cannot write, asks for none. */
export async function migrate(
  { functions, poolWork, clock, random }: CustomerTriggersOptions,
  which: Configured,
  event: UserMigrationEvent,
): Promise<'migrated' | 'none'> {
  const pool = asPrimary(event.pool)
  if (pool === undefined) return 'none'
  const { request, source, username, password } = event
  const response = await respond(functions, which, {
    event,
    source,
    userName: username,
    request: {
      ...(password === undefined ? {} : { password }),
      ...(source === SIGN_IN ? validationDataOf(request) : { validationData: null }),
      ...metadataOf(request),
    },
    response: {
      userAttributes: null,
      forceAliasCreation: null,
      enableSMSMFA: null,
      finalUserStatus: null,
      messageAction: null,
      desiredDeliveryMediums: null,
    },
  })
  const read = new ResponseReader('UserMigration', response)
  const attributes = read.textMap('userAttributes')
  if (attributes === undefined) throw read.invalid('there are no userAttributes')
  // The identity is made here, and the name is the one that was asked for.
  const { sub: _, ...given } = attributes
  const by = { writable: undefined, isAdmin: true }
  const named = nameUser({ clock, random }, pool, { username, attributes: given }, by)
  if (named.kind === 'refused') throw read.invalid(`the user is not possible: ${named.reason}`)
  const isConfirmed = read.text('finalUserStatus') === 'CONFIRMED'
  const { user } = named
  const credential =
    password === undefined
      ? undefined
      : migratedCredential({ pool, user, password, salt: random.bytes(16) })
  const takesAliases = read.flag('forceAliasCreation') ?? false
  const factors = factorsOf(read, pool, user)
  const created = await poolWork.run(pool, async (bound) => {
    const status = isConfirmed ? 'CONFIRMED' : 'RESET_REQUIRED'
    const made = { status, takesAliases, ...(credential && { credential }) } as const
    const outcome = await createUser(bound, pool, named, made)
    if (outcome.kind === 'refused' || factors === undefined) return outcome
    return bound.users.change(pool, user.sub, {
      nowMs: clock.nowMs(),
      decide: () => ({ factors }),
    })
  })
  // Another call brought the user along meanwhile.
  if (created.kind !== 'refused' || created.reason === 'username-exists') return 'migrated'
  throw read.invalid(`the user is not possible: ${created.reason}`)
}

// Cognito: developer guide, "Migrate user Lambda trigger", 2026: a user whose sign-ins ask for a
// code by SMS has a number, in a pool that has second factors.
function factorsOf(
  read: ResponseReader,
  { settings }: PrimaryPool,
  { attributes }: User,
): UserFactors | undefined {
  if (read.flag('enableSMSMFA') !== true) return undefined
  if (settings.mfaConfiguration === 'OFF' || !attributes['phone_number']) {
    throw read.invalid('enableSMSMFA needs a pool with MFA, and a phone_number')
  }
  return { mfa: { enabled: ['SMS_MFA'], preferred: 'SMS_MFA' } }
}
