// New users: those who sign themselves up, and those whom an administrator creates. Both write the
// directory, so they take a PrimaryPool.
import type { Clock } from '#base/clock.js'
import type { Random } from '#base/random.js'
import { temporaryPassword } from '#domain/credential/password-policy.js'
import { attributeRefusal } from '#domain/user/attributes.js'
import type { Credential, User } from '#domain/user/user.js'
import type { OneTimeCodes } from '#flows/messages/codes.js'
import { credentialFor } from '#flows/users/credentials.js'
import { normalName } from '#flows/users/hashes.js'
import type { UserRecords } from '#flows/users/user-records.js'
import type { PrimaryPool } from '#ports/capability.js'
import type { Client, InsertedUser } from '#ports/directory.js'
import type { Transactions } from '#ports/transaction.js'
import { autoVerifiedContact, contactFor } from './contact.js'
import { type AccountOutcome, accountRefused, done } from './outcome.js'

const DAY_MS = 86_400_000
const TEMPORARY_DAYS_DEFAULT = 7

type Attributes = Readonly<Record<string, string>>

export interface RegistrationOptions {
  readonly users: UserRecords
  readonly codes: OneTimeCodes
  readonly transactions: Transactions
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
      return accountRefused('sign-up-not-permitted')
    }
    const named = this.#name(pool, request.username, request.attributes)
    if ('kind' in named) return named
    const schemaRefusal = attributeRefusal({
      schema: pool.settings.schemaAttributes,
      writes: named.attributes,
      writable: client.settings.writeAttributes,
      isCreation: true,
      current: {},
    })
    if (schemaRefusal !== undefined) return accountRefused('invalid-parameter', schemaRefusal)
    const user = this.#newUser(named, 'UNCONFIRMED')
    const made = this.#credential(pool, user, request.password, undefined)
    if (made.kind === 'refused') {
      return accountRefused(`password-${made.reason}`, made.message)
    }
    const inserted = await this.#options.users.insert(pool, user, made.credential)
    if (inserted !== 'inserted') return accountRefused(nameRefusal(pool, inserted))
    const contact = autoVerifiedContact(pool.settings, user)
    if (contact === undefined) return done(user)
    const delivery = await this.#options.codes.send(pool, user, {
      purpose: 'sign-up',
      reason: 'SignUp',
      contact,
    })
    return done(user, delivery)
  }

  /** AdminCreateUser: a user who must replace a temporary password at the first sign-in. */
  async invite(pool: PrimaryPool, request: Invitation): Promise<AccountOutcome> {
    if (request.action === 'RESEND') return this.#reinvite(pool, request)
    const named = this.#name(pool, request.username, request.attributes)
    if ('kind' in named) return named
    const schemaRefusal = attributeRefusal({
      schema: pool.settings.schemaAttributes,
      writes: named.attributes,
      writable: undefined,
      isCreation: true,
      isAdmin: true,
      current: {},
    })
    if (schemaRefusal !== undefined) return accountRefused('invalid-parameter', schemaRefusal)
    const user = this.#newUser(named, 'FORCE_CHANGE_PASSWORD')
    const password = this.#temporaryPassword(pool, request)
    const made = this.#credential(pool, user, password, this.#temporaryUntilMs(pool))
    if (made.kind === 'refused') return accountRefused(`password-${made.reason}`, made.message)
    const inserted = await this.#insert(pool, user, made.credential, request.forceAliasCreation)
    if (inserted !== 'inserted') return accountRefused(nameRefusal(pool, inserted))
    if (request.action === 'SEND') await this.#sendInvitation(pool, user, password, request.media)
    return done(user)
  }

  async #reinvite(pool: PrimaryPool, request: Invitation): Promise<AccountOutcome> {
    const { users, clock } = this.#options
    const user = await users.find(pool, request.username)
    if (user === undefined) return accountRefused('user-absent')
    if (user.status !== 'FORCE_CHANGE_PASSWORD') {
      return accountRefused(
        'unsupported-state',
        'Resend not possible. status is not FORCE_CHANGE_PASSWORD',
      )
    }
    const password = this.#temporaryPassword(pool, request)
    const made = this.#credential(pool, user, password, this.#temporaryUntilMs(pool))
    if (made.kind === 'refused') return accountRefused(`password-${made.reason}`, made.message)
    const changed = await users.change(pool, user.sub, {
      nowMs: clock.nowMs(),
      decide: () => ({ credential: made.credential }),
    })
    if (changed.kind !== 'changed') return accountRefused('busy')
    await this.#sendInvitation(pool, changed.user, password, request.media)
    return done(changed.user)
  }

  /** What the user is called: in a pool of addresses the address becomes an attribute. */
  #name(pool: PrimaryPool, username: string, attributes: Attributes) {
    const { usernameAttributes } = pool.settings
    const sub = this.#options.random.uuid()
    if (usernameAttributes.length === 0) {
      const given = normalName(pool.settings, username)
      // An address as a plain user name would shadow the user who signs in by that address.
      const aliases = pool.settings.aliasAttributes
      if (aliases.includes('email') && username.includes('@')) {
        return accountRefused(
          'invalid-parameter',
          'Username cannot be of email format, since user pool is configured for email alias.',
        )
      }
      if (aliases.includes('phone_number') && /^\+\d+$/.test(username)) {
        return accountRefused(
          'invalid-parameter',
          'Username cannot be of phone number format, since user pool is configured for phone number alias.',
        )
      }
      return { sub, username: given, attributes }
    }
    const kind = username.includes('@') ? 'email' : 'phone_number'
    if (
      !usernameAttributes.includes(kind) ||
      (kind === 'phone_number' && !username.startsWith('+'))
    ) {
      const wanted =
        usernameAttributes.length > 1
          ? 'either an email or a phone number'
          : usernameAttributes[0] === 'email'
            ? 'an email'
            : 'a phone number'
      return accountRefused('invalid-parameter', `Username should be ${wanted}.`)
    }
    const value = normalName(pool.settings, username)
    const given = attributes[kind]
    if (given !== undefined && normalName(pool.settings, given) !== value) {
      return accountRefused('invalid-parameter', `Attribute ${kind} does not match the username.`)
    }
    return { sub, username: sub, attributes: { ...attributes, [kind]: given ?? value } }
  }

  #newUser(
    named: { sub: string; username: string; attributes: Attributes },
    status: 'UNCONFIRMED' | 'FORCE_CHANGE_PASSWORD',
  ): User {
    const nowMs = this.#options.clock.nowMs()
    const times = { createdAtMs: nowMs, modifiedAtMs: nowMs }
    return { ...named, status, isEnabled: true, version: 1, ...times }
  }

  #credential(
    pool: PrimaryPool,
    user: User,
    password: string,
    temporaryUntilMs: number | undefined,
  ) {
    const salt = this.#options.random.bytes(16)
    return credentialFor({ pool, user, password, salt, previous: undefined, temporaryUntilMs })
  }

  #temporaryPassword(pool: PrimaryPool, request: Invitation): string {
    return (
      request.temporaryPassword ??
      temporaryPassword(pool.settings.passwordPolicy, this.#options.random)
    )
  }

  #temporaryUntilMs(pool: PrimaryPool): number {
    const { passwordPolicy, unusedAccountValidityDays } = pool.settings
    const days =
      passwordPolicy.temporaryPasswordValidityDays ??
      unusedAccountValidityDays ??
      TEMPORARY_DAYS_DEFAULT
    return this.#options.clock.nowMs() + days * DAY_MS
  }

  async #insert(
    pool: PrimaryPool,
    user: User,
    credential: Credential,
    forceAliasCreation: boolean,
  ): Promise<InsertedUser> {
    const { users, transactions } = this.#options
    if (!forceAliasCreation) return users.insert(pool, user, credential)
    return transactions.run(async (tx) => {
      await users.releaseAliases(pool, user, tx)
      return users.insert(pool, user, credential, tx)
    })
  }

  async #sendInvitation(
    pool: PrimaryPool,
    user: User,
    password: string,
    media: Invitation['media'],
  ): Promise<void> {
    const kinds = media.length === 0 ? ['SMS' as const] : media
    for (const medium of kinds) {
      const contact = contactFor(user, medium === 'EMAIL' ? 'email' : 'phone_number')
      if (contact === undefined) continue
      await this.#options.codes.deliver(pool, user, {
        reason: 'AdminCreateUser',
        contact,
        code: password,
      })
    }
  }
}

/** In a pool of addresses, a taken address is a taken user name. */
function nameRefusal(pool: PrimaryPool, inserted: Exclude<InsertedUser, 'inserted'>) {
  return inserted === 'alias-exists' && pool.settings.usernameAttributes.length === 0
    ? 'alias-exists'
    : 'username-exists'
}
