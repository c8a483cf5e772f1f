// Proof that an address is the user's: the sign-up code, and codes for attributes that were added
// or changed later.
import type { Clock } from '#base/clock.js'
import type { User } from '#domain/user/user.js'
import type { Delivery, OneTimeCodes } from '#flows/messages/codes.js'
import {
  ADDRESSES,
  addressToProve,
  heldAddresses,
  isChanged,
  withProven,
  withWrites,
} from '#flows/users/attribute-changes.js'
import type { UserRecords } from '#flows/users/user-records.js'
import type { PrimaryPool } from '#ports/capability.js'
import type { CodeOutcome } from '#ports/regional.js'
import type { Transactions } from '#ports/transaction.js'
import { autoVerifiedContact } from './contact.js'
import {
  type AccountOutcome,
  type AccountRefused,
  type AccountUpdated,
  accountRefused,
  done,
  type NamedUser,
} from './outcome.js'

export interface VerificationOptions {
  readonly users: UserRecords
  readonly codes: OneTimeCodes
  readonly transactions: Transactions
  readonly clock: Clock
}

export class Verification {
  readonly #options: VerificationOptions

  constructor(options: VerificationOptions) {
    this.#options = options
  }

  /** ConfirmSignUp: the code of the sign-up makes the user CONFIRMED and the address verified. */
  async confirmSignUp(
    pool: PrimaryPool,
    { user, sub }: NamedUser,
    request: { readonly code: string; readonly forceAliasCreation: boolean },
  ): Promise<AccountOutcome> {
    if (user && user.status !== 'UNCONFIRMED') return notUnconfirmed(user)
    const { codes } = this.#options
    const contact = user && autoVerifiedContact(pool.settings, user)
    const address = contact?.value
    const taken = await codes.take(pool, { sub, purpose: 'sign-up', code: request.code, address })
    if (taken !== 'match') return codeRefusal(taken)
    // A decoy's code matches nothing.
    if (user === undefined) return accountRefused('code-expired')
    const verified = contact && { [`${contact.attributeName}_verified`]: 'true' }
    const attributes = { ...user.attributes, ...verified }
    return this.#confirm(pool, { ...user, attributes }, request.forceAliasCreation)
  }

  /** AdminConfirmSignUp: confirmed by an administrator; no address is verified by that. */
  async confirmByAdmin(pool: PrimaryPool, user: User): Promise<AccountOutcome> {
    if (user.status !== 'UNCONFIRMED') return notUnconfirmed(user)
    return this.#confirm(pool, user, false)
  }

  /** ResendConfirmationCode. */
  async resendSignUp(pool: PrimaryPool, user: User): Promise<AccountOutcome> {
    if (user.status !== 'UNCONFIRMED') {
      return accountRefused('invalid-parameter', 'User is already confirmed.')
    }
    const contact = autoVerifiedContact(pool.settings, user)
    if (contact === undefined) return accountRefused('no-contact')
    const { codes } = this.#options
    const purpose = 'sign-up'
    if (!(await codes.admit(pool, { sub: user.sub, purpose }))) {
      return accountRefused('too-many-codes')
    }
    const delivery = await codes.send(pool, user, { purpose, reason: 'ResendCode', contact })
    return done(user, delivery)
  }

  /**
   * UpdateUserAttributes and AdminUpdateUserAttributes, after their checks. Codes go to addresses
   * that the user changed and the pool verifies; what an administrator writes needs one only where
   * it waits for it.
   */
  async updateAttributes(
    pool: PrimaryPool,
    user: User,
    request: { readonly writes: Readonly<Record<string, string>>; readonly isAdmin: boolean },
  ): Promise<AccountUpdated | AccountRefused> {
    const { users, codes, clock } = this.#options
    const { writes, isAdmin } = request
    const held = heldAddresses(pool.settings, user, writes)
    for (const name of held) {
      // An address in place of a user name is refused at once when it is somebody else's.
      if (!pool.settings.usernameAttributes.includes(name)) continue
      const holder = await users.find(pool, writes[name] ?? '')
      if (holder !== undefined && holder.sub !== user.sub) return accountRefused('alias-exists')
    }
    const unproven = ADDRESSES.filter((name) =>
      isAdmin
        ? held.includes(name)
        : pool.settings.autoVerifiedAttributes.includes(name) && isChanged(user, writes, name),
    )
    // Before anything is written: an address must not change without the code that proves it.
    for (const name of isAdmin ? [] : unproven) {
      if (!(await codes.admit(pool, { sub: user.sub, purpose: `verify:${name}` }))) {
        return accountRefused('too-many-codes')
      }
    }
    const changed = await users.change(pool, user.sub, {
      nowMs: clock.nowMs(),
      decide: (now) => withWrites(now, writes, heldAddresses(pool.settings, now, writes)),
    })
    if (changed.kind === 'absent') return accountRefused('user-absent')
    if (changed.kind !== 'changed') return accountRefused(changed.kind)
    const deliveries: Delivery[] = []
    for (const name of unproven) {
      const contact = addressToProve(changed.user, name)
      if (contact === undefined) continue
      const sending = { purpose: `verify:${name}`, reason: 'UpdateUserAttribute', contact } as const
      deliveries.push(await codes.send(pool, changed.user, sending))
    }
    return { kind: 'done', user: changed.user, deliveries }
  }

  /** GetUserAttributeVerificationCode. */
  async sendAttributeCode(
    pool: PrimaryPool,
    user: User,
    attributeName: string,
  ): Promise<AccountOutcome> {
    const contact = addressToProve(user, attributeName)
    if (contact === undefined) {
      const message =
        attributeName === 'email' || attributeName === 'phone_number'
          ? `User does not have a ${attributeName} attribute.`
          : `Invalid attribute name ${attributeName}: only email and phone_number are verified.`
      return accountRefused('invalid-parameter', message)
    }
    const { codes } = this.#options
    const purpose = `verify:${contact.attributeName}` as const
    if (!(await codes.admit(pool, { sub: user.sub, purpose }))) {
      return accountRefused('too-many-codes')
    }
    const reason = 'VerifyUserAttribute'
    const delivery = await codes.send(pool, user, { purpose, reason, contact })
    return done(user, delivery)
  }

  /** VerifyUserAttribute: the address becomes verified, and one that waited the current one. */
  async verifyAttribute(
    pool: PrimaryPool,
    user: User,
    request: { readonly attributeName: string; readonly code: string },
  ): Promise<AccountOutcome> {
    const { codes, users, clock } = this.#options
    const { attributeName, code } = request
    const proven = addressToProve(user, attributeName)
    if (proven === undefined) return accountRefused('code-expired')
    const taken = await codes.take(pool, {
      sub: user.sub,
      purpose: `verify:${attributeName}`,
      code,
      address: proven.value,
    })
    if (taken !== 'match') return codeRefusal(taken)
    const changed = await users.change(pool, user.sub, {
      nowMs: clock.nowMs(),
      decide: (now) => withProven(now, proven),
    })
    if (changed.kind === 'changed') {
      // The address was changed again meanwhile, and the code proves nothing any more.
      const { attributes } = changed.user
      const isProven =
        attributes[attributeName] === proven.value && attributes[`${attributeName}_verified`]
      return isProven === 'true' ? done(changed.user) : accountRefused('code-expired')
    }
    if (changed.kind === 'alias-exists') return accountRefused('alias-exists')
    return accountRefused(changed.kind === 'absent' ? 'user-absent' : 'busy')
  }

  async #confirm(
    pool: PrimaryPool,
    user: User,
    forceAliasCreation: boolean,
  ): Promise<AccountOutcome> {
    const { users, clock, transactions } = this.#options
    const confirm = {
      nowMs: clock.nowMs(),
      decide: () => ({ status: 'CONFIRMED' as const, attributes: user.attributes }),
    }
    const changed = forceAliasCreation
      ? await transactions.run(async (tx) => {
          await users.releaseAliases(pool, user, { nowMs: confirm.nowMs, tx })
          return users.change(pool, user.sub, { ...confirm, tx })
        })
      : await users.change(pool, user.sub, confirm)
    if (changed.kind === 'changed') return done(changed.user)
    if (changed.kind === 'alias-exists') return accountRefused('alias-exists')
    return accountRefused(changed.kind === 'absent' ? 'user-absent' : 'busy')
  }
}

function notUnconfirmed({ status }: User): AccountRefused {
  return accountRefused('already-confirmed', `Current status is ${status}`)
}

export function codeRefusal(outcome: Exclude<CodeOutcome, 'match'>): AccountRefused {
  switch (outcome) {
    case 'mismatch':
      return accountRefused('code-mismatch')
    case 'expired':
      return accountRefused('code-expired')
    case 'too-many-failures':
      return accountRefused('code-failures')
  }
}
