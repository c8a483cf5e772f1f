// New users: those who sign themselves up, and those whom an administrator creates. Both write the
// directory, so they take a PrimaryPool.

import type { BoundFlows } from '#app/unit-of-work.js'
import { credentialFor, temporaryUntilMs } from '#domain/credential/new-credential.js'
import { temporaryPassword } from '#domain/credential/password-policy.js'
import { autoVerifiedContact, contactFor } from '#domain/message/contact.js'
import { type Refused, refused } from '#domain/refusal.js'
import { nameNewUser } from '#domain/user/aliases.js'
import { attributeRefusal } from '#domain/user/attributes.js'
import type { Credential, User } from '#domain/user/user.js'
import type { PrimaryPool } from '#ports/capability.js'
import type { InsertedUser } from '#ports/directory.js'
import { type ClientContext, proofRefusal, type TypedName } from './named-user.js'
import { type AccountOutcome, type AccountServices, done } from './services.js'

type Attributes = Readonly<Record<string, string>>
type Deps = Pick<AccountServices, 'poolWork' | 'clock' | 'random'>

/** An AdminCreateUser call. */
export interface Invitation {
  readonly username: string
  readonly attributes: Attributes
  readonly temporaryPassword: string | undefined
  readonly forceAliasCreation: boolean
  /** RESEND sends a new invitation to a user who has not signed in yet. */
  readonly action: 'SEND' | 'SUPPRESS' | 'RESEND'
  readonly media: readonly ('EMAIL' | 'SMS')[]
}

/** Who a new user is, before anything is stored. */
export interface NewUser {
  readonly kind: 'named'
  /** The name that was asked for; in a pool of addresses the user's own name is another. */
  readonly typedName: string
  readonly sub: string
  readonly username: string
  readonly attributes: Attributes
  readonly createdAtMs: number
}

/** SignUp: an UNCONFIRMED user and a code to an address that the pool verifies. */
export async function signUp(
  deps: Deps & Pick<AccountServices, 'poolKeys'>,
  context: ClientContext<PrimaryPool>,
  request: TypedName & {
    readonly password: string | undefined
    readonly attributes: Attributes
  },
): Promise<AccountOutcome> {
  const refusal = await proofRefusal(deps, context, request)
  if (refusal !== undefined) return refusal
  const { pool, client } = context
  const { password } = request
  if (password === undefined) return refused('invalid-parameter', 'Password is required.')
  if (pool.settings.allowAdminCreateUserOnly) return refused('sign-up-not-permitted')
  const writable = client.settings.writeAttributes
  const named = nameUser(deps, pool, request, { writable, isAdmin: false })
  if (named.kind === 'refused') return named
  const made = firstCredential(deps, pool, { user: named, password })
  if (made.kind === 'refused') return made
  return deps.poolWork.run(pool, async (bound) => {
    const created = await createUser(bound, pool, named, {
      status: 'UNCONFIRMED',
      credential: made.credential,
    })
    if (created.kind === 'refused') return created
    const { user } = created
    const contact = autoVerifiedContact(pool.settings, user)
    if (contact === undefined) return created
    const sending = { purpose: 'sign-up', reason: 'SignUp', contact } as const
    return done(user, await bound.codes.send(pool, user, sending))
  })
}

/** AdminCreateUser: a user who must replace a temporary password at the first sign-in. */
export async function inviteUser(
  deps: Deps,
  pool: PrimaryPool,
  request: Invitation,
): Promise<AccountOutcome> {
  if (request.action === 'RESEND') return inviteAgain(deps, pool, request)
  const named = nameUser(deps, pool, request, { writable: undefined, isAdmin: true })
  if (named.kind === 'refused') return named
  const password = invitedPassword(deps, pool, request)
  const made = firstCredential(deps, pool, { user: named, password, isTemporary: true })
  if (made.kind === 'refused') return made
  return deps.poolWork.run(pool, async (bound) => {
    const created = await createUser(bound, pool, named, {
      status: 'FORCE_CHANGE_PASSWORD',
      credential: made.credential,
      takesAliases: request.forceAliasCreation,
    })
    if (created.kind === 'refused') {
      return created.reason === 'username-exists' ? refused('invited-user-exists') : created
    }
    if (request.action === 'SEND') {
      await sendInvitation(bound, pool, created.user, { password, media: request.media })
    }
    return created
  })
}

/** A user under a name and with attributes that the pool allows. */
function nameUser(
  { clock, random }: Pick<Deps, 'clock' | 'random'>,
  pool: PrimaryPool,
  request: { readonly username: string; readonly attributes: Attributes },
  by: { readonly writable: readonly string[] | undefined; readonly isAdmin: boolean },
): NewUser | Refused {
  const sub = random.uuid()
  const named = nameNewUser(pool.settings, { ...request, sub })
  if (named.kind === 'problem') return refused('invalid-parameter', named.problem)
  const { username, attributes } = named
  const schema = pool.settings.schemaAttributes
  const write = { schema, writes: attributes, isCreation: true, current: {}, ...by }
  const refusal = attributeRefusal(write)
  if (refusal !== undefined) return refusal
  const typedName = request.username
  return { kind: 'named', typedName, sub, username, attributes, createdAtMs: clock.nowMs() }
}

/**
 * Stores a new user, in the caller's unit of work. `takesAliases`: aliases that the new user
 * claims are taken from the users who hold them.
 */
export async function createUser(
  { users }: Pick<BoundFlows, 'users'>,
  pool: PrimaryPool,
  named: NewUser,
  options: {
    readonly status: User['status']
    readonly credential?: Credential
    readonly takesAliases?: boolean
  },
): Promise<AccountOutcome> {
  const { sub, username, attributes, createdAtMs, typedName } = named
  const user: User = {
    sub,
    username,
    attributes,
    status: options.status,
    isEnabled: true,
    version: 1,
    createdAtMs,
    modifiedAtMs: createdAtMs,
  }
  const write = () => users.insert(pool, user, options.credential)
  const isLost = (outcome: InsertedUser) => outcome === 'alias-exists'
  // An address in place of a user name is a name, and names are never taken over.
  const takesAliases = options.takesAliases && pool.settings.aliasAttributes.length > 0
  const inserted = takesAliases
    ? await users.takeAliases(pool, user, { nowMs: createdAtMs, write, isLost })
    : await write()
  if (inserted === 'inserted') return done(user)
  if (pool.settings.usernameAttributes.length > 0) {
    return refused('address-exists', typedName.includes('@') ? 'email' : 'phone_number')
  }
  return refused(inserted)
}

async function inviteAgain(
  deps: Deps,
  pool: PrimaryPool,
  request: Invitation,
): Promise<AccountOutcome> {
  const { poolWork, clock } = deps
  return poolWork.run(pool, async (bound) => {
    const { users } = bound
    const user = await users.find(pool, request.username)
    if (user === undefined) return refused('user-absent')
    if (user.status !== 'FORCE_CHANGE_PASSWORD') {
      const why = 'Resend not possible. status is not FORCE_CHANGE_PASSWORD'
      return refused('unsupported-state', why)
    }
    const password = invitedPassword(deps, pool, request)
    const made = firstCredential(deps, pool, { user, password, isTemporary: true })
    if (made.kind === 'refused') return made
    const changed = await users.change(pool, user.sub, {
      nowMs: clock.nowMs(),
      decide: () => ({ credential: made.credential }),
    })
    if (changed.kind === 'refused') return changed
    await sendInvitation(bound, pool, changed.user, { password, media: request.media })
    return done(changed.user)
  })
}

function firstCredential(
  { clock, random }: Pick<Deps, 'clock' | 'random'>,
  pool: PrimaryPool,
  given: {
    readonly user: { readonly username: string }
    readonly password: string
    readonly isTemporary?: boolean
  },
) {
  const { user, password, isTemporary } = given
  const untilMs = isTemporary ? temporaryUntilMs(pool.settings, clock.nowMs()) : undefined
  const salt = random.bytes(16)
  const previous = undefined
  return credentialFor({ pool, user, password, salt, previous, temporaryUntilMs: untilMs })
}

function invitedPassword({ random }: Pick<Deps, 'random'>, pool: PrimaryPool, request: Invitation) {
  return request.temporaryPassword ?? temporaryPassword(pool.settings.passwordPolicy, random)
}

async function sendInvitation(
  { codes }: BoundFlows,
  pool: PrimaryPool,
  user: User,
  { password, media }: { readonly password: string; readonly media: Invitation['media'] },
): Promise<void> {
  const kinds = media.length === 0 ? ['SMS' as const] : media
  for (const medium of kinds) {
    const contact = contactFor(user, medium === 'EMAIL' ? 'email' : 'phone_number')
    if (contact === undefined) continue
    await codes.deliver(pool, user, { reason: 'AdminCreateUser', contact, code: password })
  }
}
