// NEW_PASSWORD_REQUIRED: a user with a temporary password chooses the lasting one. This writes the
// directory, so it takes a PrimaryPool: it cannot be reached on a secondary.

import type { PoolWork } from '#app/unit-of-work.js'
import { credentialFor } from '#domain/credential/new-credential.js'
import { refused } from '#domain/refusal.js'
import { withWrites } from '#domain/user/attribute-changes.js'
import { attributeRefusal } from '#domain/user/attributes.js'
import type { Credential, User } from '#domain/user/user.js'
import type { Pool, PrimaryPool } from '#ports/capability.js'
import type { Client } from '#ports/directory.js'
import type { SignInOutcome } from './outcome.js'

const ATTRIBUTE_PREFIX = 'userAttributes.'

/** Challenge parameters: who signs in, what is known and which attributes are still missing. */
export function newPasswordParameters(pool: Pool, user: User): Readonly<Record<string, string>> {
  return {
    USER_ID_FOR_SRP: user.username,
    requiredAttributes: JSON.stringify(
      missingAttributes(pool, user.attributes).map((name) => ATTRIBUTE_PREFIX + name),
    ),
    userAttributes: JSON.stringify(user.attributes),
  }
}

export interface NewPasswordOptions {
  readonly pool: PrimaryPool
  readonly client: Client
  /** The user's credential as it was read with the user. */
  readonly previous: Credential | undefined
  /** Makes the tokens of the user as the change leaves the user. */
  readonly issue: (user: User) => Promise<SignInOutcome>
  readonly user: User
  /** The salt of the temporary password that the user proved. */
  readonly temporarySalt: string
  readonly password: string
  readonly responses: Readonly<Record<string, string>>
  readonly salt: Uint8Array
  readonly nowMs: number
  readonly session: { readonly id: string; readonly expiresAtMs: number }
  readonly poolWork: PoolWork
}

/** Checks everything before the session is taken, so that a mistake may be corrected. */
export async function completeNewPassword(options: NewPasswordOptions): Promise<SignInOutcome> {
  const { pool, client, user, previous } = options
  if (!user.isEnabled) return refused('user-disabled')
  // The session was for a temporary password, which may have been replaced since.
  const isStill = (now: User, credential: Credential | undefined) =>
    now.status === 'FORCE_CHANGE_PASSWORD' && credential?.salt === options.temporarySalt
  if (!isStill(user, previous)) return refused('invalid-session')
  const given = Object.fromEntries(
    Object.entries(options.responses)
      .filter(([name]) => name.startsWith(ATTRIBUTE_PREFIX))
      .map(([name, value]) => [name.slice(ATTRIBUTE_PREFIX.length), value]),
  )
  const schemaRefusal = attributeRefusal({
    schema: pool.settings.schemaAttributes,
    writes: given,
    writable: client.settings.writeAttributes,
    isCreation: false,
    current: user.attributes,
  })
  if (schemaRefusal !== undefined) return schemaRefusal
  const [missing] = missingAttributes(pool, { ...user.attributes, ...given })
  if (missing !== undefined) {
    return refused('invalid-parameter', `Invalid attributes given, ${missing} is missing`)
  }
  const credential = credentialFor({
    pool,
    user,
    password: options.password,
    salt: options.salt,
    previous,
  })
  if (credential.kind === 'refused') return credential
  // Before anything is written: an error afterwards would keep the tokens from a user whose session
  // is used up.
  const issued = await options.issue({ ...user, ...withWrites(user, given), status: 'CONFIRMED' })
  const written = await write(options, given, { isStill, credential: credential.credential })
  return written === 'done' ? issued : written
}

/** Takes the session and writes the user in one transaction: neither without the other. */
function write(
  options: Pick<NewPasswordOptions, 'pool' | 'user' | 'session' | 'poolWork' | 'nowMs'>,
  given: Readonly<Record<string, string>>,
  checked: {
    readonly isStill: (now: User, held: Credential | undefined) => boolean
    readonly credential: Credential
  },
): Promise<SignInOutcome | 'done'> {
  const { pool, user, session, nowMs } = options
  return options.poolWork.run(pool, async ({ users, usedSessions }) => {
    if ((await usedSessions.take(pool, session.id, session.expiresAtMs)) === 'again') {
      return refused('invalid-session')
    }
    let isLate = false
    const outcome = await users.change(pool, user.sub, {
      nowMs,
      decide: (now, held) => {
        isLate = !checked.isStill(now, held)
        if (isLate) return undefined
        // An address that changes here is as unproven as one that changes later.
        const written = withWrites(now, given)
        return { ...written, status: 'CONFIRMED', credential: checked.credential }
      },
    })
    if (isLate) return refused('invalid-session')
    if (outcome.kind === 'changed') return 'done'
    return outcome.reason === 'alias-exists'
      ? refused('alias-exists', 'email or phone')
      : refused('invalid-session')
  })
}

function missingAttributes(pool: Pool, attributes: Readonly<Record<string, string>>): string[] {
  return pool.settings.schemaAttributes
    .filter(({ name, required }) => required && name !== 'sub' && attributes[name] === undefined)
    .map(({ name }) => name)
}
