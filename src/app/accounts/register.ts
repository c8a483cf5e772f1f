// New users: those who sign themselves up, and those whom an administrator creates. Both write the
// directory, so they take a PrimaryPool.

import type { BoundFlows, PoolWork } from '#app/unit-of-work.js'
import type { Clock } from '#base/clock.js'
import type { Random } from '#base/random.js'
import { credentialFor, temporaryUntilMs } from '#domain/credential/new-credential.js'
import { temporaryPassword } from '#domain/credential/password-policy.js'
import { autoVerifiedContact, contactFor } from '#domain/message/contact.js'
import { type Refused, refused } from '#domain/refusal.js'
import { nameNewUser } from '#domain/user/aliases.js'
import { attributeRefusal } from '#domain/user/attributes.js'
import type { User } from '#domain/user/user.js'
import type { PrimaryPool } from '#ports/capability.js'
import type { Client, InsertedUser } from '#ports/directory.js'
import { type AccountOutcome, done } from './outcome.js'

type Attributes = Readonly<Record<string, string>>

export interface RegistrationOptions {
  readonly poolWork: PoolWork
  readonly clock: Clock
  readonly random: Random
}

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

export class Registration {
  readonly #options: RegistrationOptions

  constructor(options: RegistrationOptions) {
    this.#options = options
  }

  /** SignUp: an UNCONFIRMED user and a code to an address that the pool verifies. */
  async signUp(
    pool: PrimaryPool,
    client: Client,
    request: {
      readonly username: string
      readonly password: string
      readonly attributes: Attributes
    },
  ): Promise<AccountOutcome> {
    if (pool.settings.allowAdminCreateUserOnly) {
      return refused('sign-up-not-permitted')
    }
    const user = this.#name(pool, request, 'UNCONFIRMED')
    if ('kind' in user) return user
    const schemaRefusal = attributeRefusal({
      schema: pool.settings.schemaAttributes,
      writes: user.attributes,
      writable: client.settings.writeAttributes,
      isCreation: true,
      current: {},
    })
    if (schemaRefusal !== undefined) return schemaRefusal
    const made = this.#credential(pool, user, request.password, undefined)
    if (made.kind === 'refused') {
      return made
    }
    const contact = autoVerifiedContact(pool.settings, user)
    return this.#options.poolWork.run(pool, async ({ users, codes }) => {
      const inserted = await users.insert(pool, user, made.credential)
      if (inserted !== 'inserted')
        return nameRefusal(pool, request.username, inserted, 'username-exists')
      if (contact === undefined) return done(user)
      return done(
        user,
        await codes.send(pool, user, { purpose: 'sign-up', reason: 'SignUp', contact }),
      )
    })
  }

  /** AdminCreateUser: a user who must replace a temporary password at the first sign-in. */
  async invite(pool: PrimaryPool, request: Invitation): Promise<AccountOutcome> {
    if (request.action === 'RESEND') return this.#reinvite(pool, request)
    const user = this.#name(pool, request, 'FORCE_CHANGE_PASSWORD')
    if ('kind' in user) return user
    const schemaRefusal = attributeRefusal({
      schema: pool.settings.schemaAttributes,
      writes: user.attributes,
      writable: undefined,
      isCreation: true,
      isAdmin: true,
      current: {},
    })
    if (schemaRefusal !== undefined) return schemaRefusal
    const password = this.#temporaryPassword(pool, request)
    const made = this.#credential(
      pool,
      user,
      password,
      temporaryUntilMs(pool.settings, this.#options.clock.nowMs()),
    )
    if (made.kind === 'refused') return made
    // An address in place of a user name is a name, and names are never taken over.
    const takesAliases = request.forceAliasCreation && pool.settings.aliasAttributes.length > 0
    return this.#options.poolWork.run(pool, async (bound) => {
      const { users } = bound
      const write = () => users.insert(pool, user, made.credential)
      const isLost = (outcome: InsertedUser) => outcome === 'alias-exists'
      const inserted = takesAliases
        ? await users.takeAliases(pool, user, { nowMs: user.createdAtMs, write, isLost })
        : await write()
      if (inserted !== 'inserted')
        return nameRefusal(pool, request.username, inserted, 'invited-user-exists')
      if (request.action === 'SEND') {
        await sendInvitation(bound, pool, user, { password, media: request.media })
      }
      return done(user)
    })
  }

  async #reinvite(pool: PrimaryPool, request: Invitation): Promise<AccountOutcome> {
    const { poolWork, clock } = this.#options
    return poolWork.run(pool, async (bound) => {
      const { users } = bound
      const user = await users.find(pool, request.username)
      if (user === undefined) return refused('user-absent')
      if (user.status !== 'FORCE_CHANGE_PASSWORD') {
        return refused(
          'unsupported-state',
          'Resend not possible. status is not FORCE_CHANGE_PASSWORD',
        )
      }
      const password = this.#temporaryPassword(pool, request)
      const made = this.#credential(
        pool,
        user,
        password,
        temporaryUntilMs(pool.settings, this.#options.clock.nowMs()),
      )
      if (made.kind === 'refused') return made
      const changed = await users.change(pool, user.sub, {
        nowMs: clock.nowMs(),
        decide: () => ({ credential: made.credential }),
      })
      if (changed.kind !== 'changed') return changed
      await sendInvitation(bound, pool, changed.user, { password, media: request.media })
      return done(changed.user)
    })
  }

  /** The user under a name that the pool allows. */
  #name(
    pool: PrimaryPool,
    request: { readonly username: string; readonly attributes: Attributes },
    status: 'UNCONFIRMED' | 'FORCE_CHANGE_PASSWORD',
  ): User | Refused {
    const sub = this.#options.random.uuid()
    const { username, attributes } = request
    const named = nameNewUser(pool.settings, { username, sub, attributes })
    if (named.kind === 'problem') return refused('invalid-parameter', named.problem)
    const nowMs = this.#options.clock.nowMs()
    return {
      sub,
      username: named.username,
      attributes: named.attributes,
      status,
      isEnabled: true,
      version: 1,
      createdAtMs: nowMs,
      modifiedAtMs: nowMs,
    }
  }

  #credential(pool: PrimaryPool, user: User, password: string, untilMs: number | undefined) {
    const salt = this.#options.random.bytes(16)
    return credentialFor({
      pool,
      user,
      password,
      salt,
      previous: undefined,
      temporaryUntilMs: untilMs,
    })
  }

  #temporaryPassword(pool: PrimaryPool, request: Invitation): string {
    return (
      request.temporaryPassword ??
      temporaryPassword(pool.settings.passwordPolicy, this.#options.random)
    )
  }
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

/** In a pool of addresses, a taken address is a taken user name. */
function nameRefusal(
  pool: PrimaryPool,
  username: string,
  inserted: Exclude<InsertedUser, 'inserted'>,
  taken: 'username-exists' | 'invited-user-exists',
): Refused {
  if (pool.settings.usernameAttributes.length > 0) {
    return refused('address-exists', username.includes('@') ? 'email' : 'phone_number')
  }
  return refused(inserted === 'alias-exists' ? inserted : taken)
}
