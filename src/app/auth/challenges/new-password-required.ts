// NEW_PASSWORD_REQUIRED: a user with a temporary password chooses the lasting one. A response
// writes the directory, so it takes a PrimaryPool: a secondary cannot accept one.

import { required } from '#base/assert.js'
import { credentialFor } from '#domain/credential/new-credential.js'
import { type Refused, refused } from '#domain/refusal.js'
import { takenAlias, withWrites } from '#domain/user/attribute-changes.js'
import { attributeRefusal } from '#domain/user/attributes.js'
import { type Credential, type User, type UserCredential, verifierOf } from '#domain/user/user.js'
import { asPrimary, type Pool, type PrimaryPool } from '#ports/capability.js'
import {
  type AuthServices,
  type AuthStep,
  type FurtherChallenge,
  issueSession,
  type RespondableChallenge,
} from '../challenge.js'
import { type AuthSession, type ChallengeState, isWaitingFor, openSession } from '../session.js'

type NewPasswordState = Extract<ChallengeState, { readonly name: 'NEW_PASSWORD_REQUIRED' }>

/** Counted when all else is right: a new password that the policy refuses guesses at nothing. */
const ATTEMPTS_MAX = 1
const ATTRIBUTE_PREFIX = 'userAttributes.'

export const newPasswordRequired: FurtherChallenge & RespondableChallenge<NewPasswordState> = {
  name: 'NEW_PASSWORD_REQUIRED',
  responses: ['USERNAME', 'NEW_PASSWORD'],
  needsSession: true,
  writesDirectory: true,

  /** The challenge says who signs in, what is known and which attributes are still missing. */
  begin(step, { user, credential }) {
    const { pool } = step.context
    const salt = verifierOf(credential)?.salt ?? ''
    const id = step.services.random.uuid()
    return {
      kind: 'challenge',
      name: 'NEW_PASSWORD_REQUIRED',
      session: issueSession(step, id, user, { name: 'NEW_PASSWORD_REQUIRED', salt }),
      parameters: {
        USER_ID_FOR_SRP: user.username,
        requiredAttributes: JSON.stringify(
          missingAttributes(pool, user.attributes).map((name) => ATTRIBUTE_PREFIX + name),
        ),
        userAttributes: JSON.stringify(user.attributes),
      },
    }
  },

  openSession({ cipher }, text) {
    const session = openSession(cipher, text ?? '')
    return isWaitingFor(session, 'NEW_PASSWORD_REQUIRED') ? session : refused('invalid-session')
  },

  /** Checks everything before the session is taken, so that a mistake may be corrected. */
  async respond(step, session) {
    const { services, context, parameters } = step
    const { users } = services
    const pool = required(asPrimary(context.pool), 'primary')
    const user = await users.find(pool, required(parameters['USERNAME'], 'USERNAME'))
    const record = await users.findAuthRecord(pool, session)
    if (record === undefined || user?.sub !== session.sub) return refused('invalid-session')
    if (!user.isEnabled) return refused('user-disabled')
    if (!isStill(session, user, record.credential)) return refused('invalid-session')
    const attributes = givenAttributes(parameters)
    const attributesRefused = refusedAttributes(step, user, attributes)
    if (attributesRefused !== undefined) return attributesRefused
    const password = required(parameters['NEW_PASSWORD'], 'NEW_PASSWORD')
    const known = await context.watch?.newPasswordRefusal(password)
    if (known !== undefined) return known
    const made = credentialFor({
      pool,
      user,
      password,
      salt: services.random.bytes(16),
      previous: verifierOf(record.credential),
    })
    if (made.kind === 'refused') return made
    const { credential } = made
    return {
      kind: 'passed',
      record: {
        ...record,
        user: { ...user, ...withWrites(user, attributes), status: 'CONFIRMED' },
      },
      factors: [],
      write: () => writeUser(services, pool, { session, attributes, credential }),
    }
  },
}

/** Whether the session's temporary password, which may have been replaced since, is the user's. */
function isStill(
  session: AuthSession<NewPasswordState>,
  user: User,
  credential: UserCredential | undefined,
): boolean {
  const salt = verifierOf(credential)?.salt
  return user.status === 'FORCE_CHANGE_PASSWORD' && salt === session.challenge.salt
}

function givenAttributes(parameters: AuthStep['parameters']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(parameters)
      .filter(([name]) => name.startsWith(ATTRIBUTE_PREFIX))
      .map(([name, value]) => [name.slice(ATTRIBUTE_PREFIX.length), value]),
  )
}

function refusedAttributes(
  { context: { pool, client } }: AuthStep,
  user: User,
  given: Readonly<Record<string, string>>,
): Refused | undefined {
  const refusal = attributeRefusal({
    schema: pool.settings.schemaAttributes,
    writes: given,
    writable: client.settings.writeAttributes,
    isCreation: false,
    current: user.attributes,
  })
  if (refusal !== undefined) return refusal
  const [missing] = missingAttributes(pool, { ...user.attributes, ...given })
  if (missing === undefined) return undefined
  return refused('invalid-parameter', `Invalid attributes given, ${missing} is missing`)
}

/** Takes the session and writes the user in one transaction: neither without the other. */
function writeUser(
  { poolWork, clock }: AuthServices,
  pool: PrimaryPool,
  change: {
    readonly session: AuthSession<NewPasswordState>
    readonly attributes: Readonly<Record<string, string>>
    readonly credential: Credential
  },
): Promise<'written' | Refused> {
  const { session, attributes, credential } = change
  const nowMs = clock.nowMs()
  return poolWork.run(pool, async ({ users, usedSessions }) => {
    if ((await usedSessions.take(pool, session, ATTEMPTS_MAX)) === 'again') {
      return refused('session-used')
    }
    let isLate = false
    const outcome = await users.change(pool, session.sub, {
      nowMs,
      decide: (now, held) => {
        isLate = !isStill(session, now, held)
        if (isLate) return undefined
        // An address that changes here is as unproven as one that changes later.
        return { ...withWrites(now, attributes), status: 'CONFIRMED', credential }
      },
    })
    if (isLate) return refused('invalid-session')
    if (outcome.kind === 'changed') return 'written'
    return outcome.reason === 'alias-exists'
      ? refused('alias-exists', takenAlias(attributes))
      : refused('invalid-session')
  })
}

function missingAttributes(pool: Pool, attributes: Readonly<Record<string, string>>): string[] {
  return pool.settings.schemaAttributes
    .filter(({ name, required }) => required && name !== 'sub' && attributes[name] === undefined)
    .map(({ name }) => name)
}
