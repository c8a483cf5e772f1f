// Users whom only the customer's old directory knows. The function is asked when no user has a
// name, and the user whom it returns is written with the password that it accepted.
// Cognito: developer guide, "Migrate user Lambda trigger", 2026.
//
// Deviation: a migrated user gets no welcome message, also without `messageAction: SUPPRESS`. The
// template of an invitation has a place for a password, and this one is the user's own.

import { migratedCredential } from '#domain/credential/new-credential.js'
import { asPrimary } from '#ports/capability.js'
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
  const created = await poolWork.run(pool, (bound) =>
    createUser(bound, pool, named, {
      status: isConfirmed ? 'CONFIRMED' : 'RESET_REQUIRED',
      takesAliases: read.flag('forceAliasCreation') ?? false,
      ...(credential && { credential }),
    }),
  )
  // Another call brought the user along meanwhile.
  if (created.kind === 'done' || created.reason === 'username-exists') return 'migrated'
  throw read.invalid(`the user is not possible: ${created.reason}`)
}
