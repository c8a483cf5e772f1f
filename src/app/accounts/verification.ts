// Proof that an address is the user's: the sign-up code, and codes for attributes that were added
// or changed later.

import type { ChangeOutcome } from '#app/accounts/user-records.js'
import type { CodePurpose } from '#app/messages/codes.js'
import type { BoundFlows, PoolWork } from '#app/unit-of-work.js'
import type { Clock } from '#base/clock.js'
import type { Contact, Delivery } from '#domain/message/contact.js'
import { autoVerifiedContact } from '#domain/message/contact.js'
import type { MessageReason } from '#domain/message/templates.js'
import { type Refused, refused } from '#domain/refusal.js'
import {
  ADDRESSES,
  addressToProve,
  heldAddresses,
  isChanged,
  withoutAttributes,
  withProven,
  withWrites,
} from '#domain/user/attribute-changes.js'
import { attributeRefusal, removalRefusal } from '#domain/user/attributes.js'
import { isVerified, type User } from '#domain/user/user.js'
import type { PrimaryPool } from '#ports/capability.js'
import type { CodeOutcome } from '#ports/regional.js'
import { type AccountOutcome, type AccountUpdated, done, type NamedUser } from './outcome.js'

/** Attributes that may be another user's name, the most likely first. */
const ALIASES = ['email', 'phone_number', 'preferred_username']

export interface VerificationOptions {
  readonly poolWork: PoolWork
  readonly clock: Clock
}

export class Verification {
  readonly #options: VerificationOptions

  constructor(options: VerificationOptions) {
    this.#options = options
  }

  /**
   * ConfirmSignUp: the code of the sign-up makes the user CONFIRMED and the address verified. With
   * `isHidden` only the bearer of the code learns anything of the user: a wrong code is a wrong
   * code for everybody and for nobody, as often as a code bears it.
   *
   * Deviation: with PreventUserExistenceErrors, ConfirmSignUp gives CodeMismatchException for a
   * user who does not exist or is confirmed, where the service gives ExpiredCodeException and the
   * status: either would tell such a name from one that waits for its code.
   */
  async confirmSignUp(
    pool: PrimaryPool,
    { user, sub }: NamedUser,
    request: {
      readonly code: string
      readonly forceAliasCreation: boolean
      readonly sourceIp: string
      /** Whether the caller must not learn who exists and in which status. */
      readonly isHidden: boolean
    },
  ): Promise<AccountOutcome> {
    const { code, sourceIp, isHidden } = request
    if (!isHidden && user && user.status !== 'UNCONFIRMED') return notUnconfirmed(user)
    const contact = user && autoVerifiedContact(pool.settings, user)
    const address = contact?.value
    const attempt = { sub, purpose: 'sign-up', code, address, sourceIp } as const
    return this.#options.poolWork.run(pool, async (bound) => {
      const checked = await bound.codes.check(pool, { ...attempt, isHidden })
      if (checked !== 'match') return codeRefusal(checked)
      // A decoy's code matches nothing.
      if (user === undefined) return refused('code-expired')
      // The bearer of the code may know what became of the sign-up.
      if (user.status !== 'UNCONFIRMED') return notUnconfirmed(user)
      const outcome = await this.#confirm(bound, pool, { ...request, user, contact })
      // Only a confirmation uses the code up: a user whose alias is taken may insist with it.
      if (outcome.kind === 'done') await bound.codes.take(pool, attempt)
      return outcome
    })
  }

  /** AdminConfirmSignUp: confirmed by an administrator; no address is verified by that. */
  async confirmByAdmin(pool: PrimaryPool, user: User): Promise<AccountOutcome> {
    if (user.status !== 'UNCONFIRMED') return notUnconfirmed(user)
    const { poolWork } = this.#options
    return poolWork.run(pool, (bound) =>
      this.#confirm(bound, pool, { user, contact: undefined, forceAliasCreation: false }),
    )
  }

  /** ResendConfirmationCode. */
  async resendSignUp(pool: PrimaryPool, user: User): Promise<AccountOutcome> {
    if (user.status !== 'UNCONFIRMED') {
      return refused('already-confirmed')
    }
    const contact = autoVerifiedContact(pool.settings, user)
    if (contact === undefined) return refused('no-auto-verification')
    return sendCounted(this.#options, pool, user, {
      purpose: 'sign-up',
      reason: 'ResendCode',
      contact,
    })
  }

  /**
   * UpdateUserAttributes and AdminUpdateUserAttributes. Codes go to addresses
   * that the user changed and the pool verifies; what an administrator writes needs one only where
   * it waits for it.
   */
  async updateAttributes(
    pool: PrimaryPool,
    user: User,
    request: {
      readonly writes: Readonly<Record<string, string>>
      /** The client's WriteAttributes; undefined: whatever the schema lets be written. */
      readonly writable: readonly string[] | undefined
      readonly isAdmin: boolean
    },
  ): Promise<AccountUpdated | Refused> {
    const schema = pool.settings.schemaAttributes
    const { attributes: current } = user
    const refusal = attributeRefusal({ ...request, schema, isCreation: false, current })
    if (refusal !== undefined) return refusal
    return this.#options.poolWork.run(pool, (bound) => this.#update(bound, pool, user, request))
  }

  /** DeleteUserAttributes and AdminDeleteUserAttributes. */
  async removeAttributes(
    pool: PrimaryPool,
    { sub }: { readonly sub: string },
    {
      names,
      writable,
    }: { readonly names: readonly string[]; readonly writable: readonly string[] | undefined },
  ): Promise<ChangeOutcome> {
    const refusal = removalRefusal(pool.settings.schemaAttributes, names, writable)
    if (refusal !== undefined) return refusal
    const { poolWork, clock } = this.#options
    return poolWork.run(pool, ({ users }) =>
      users.change(pool, sub, {
        nowMs: clock.nowMs(),
        decide: (now) => withoutAttributes(now, names),
      }),
    )
  }

  async #update(
    { users, codes }: BoundFlows,
    pool: PrimaryPool,
    user: User,
    request: { readonly writes: Readonly<Record<string, string>>; readonly isAdmin: boolean },
  ): Promise<AccountUpdated | Refused> {
    const { clock } = this.#options
    const { writes, isAdmin } = request
    const held = heldAddresses(pool.settings, user, writes)
    for (const name of held) {
      // An address in place of a user name is refused at once when it is somebody else's.
      if (!pool.settings.usernameAttributes.includes(name)) continue
      const holder = await users.find(pool, writes[name] ?? '')
      if (holder !== undefined && holder.sub !== user.sub) {
        return refused('alias-exists', name)
      }
    }
    const unproven = ADDRESSES.filter((name) =>
      isAdmin
        ? held.includes(name)
        : pool.settings.autoVerifiedAttributes.includes(name) && isChanged(user, writes, name),
    )
    // Before anything is written: an address must not change without the code that proves it.
    for (const name of isAdmin ? [] : unproven) {
      if (!(await codes.admit(pool, { sub: user.sub, purpose: `verify:${name}` }))) {
        return refused('too-many-codes')
      }
    }
    const changed = await users.change(pool, user.sub, {
      nowMs: clock.nowMs(),
      decide: (now) => withWrites(now, writes, heldAddresses(pool.settings, now, writes)),
    })
    if (changed.kind !== 'changed') {
      if (changed.reason !== 'alias-exists') return changed
      const name = ALIASES.find((alias) => writes[alias] !== undefined)
      return refused('alias-exists', name)
    }
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
      return refused('invalid-parameter', message)
    }
    return sendCounted(this.#options, pool, user, {
      purpose: `verify:${contact.attributeName}`,
      reason: 'VerifyUserAttribute',
      contact,
    })
  }

  /** VerifyUserAttribute: the address becomes verified, and one that waited the current one. */
  async verifyAttribute(
    pool: PrimaryPool,
    user: User,
    request: {
      readonly attributeName: string
      readonly code: string
      readonly sourceIp: string
    },
  ): Promise<AccountOutcome> {
    const { poolWork, clock } = this.#options
    const { attributeName, code, sourceIp } = request
    const proven = addressToProve(user, attributeName)
    if (proven === undefined) return refused('code-expired')
    const purpose = `verify:${attributeName}` as const
    const attempt = { sub: user.sub, purpose, code, address: proven.value, sourceIp }
    return poolWork.run(pool, async ({ users, codes }) => {
      const checked = await codes.check(pool, attempt)
      if (checked !== 'match') return codeRefusal(checked)
      const changed = await users.change(pool, user.sub, {
        nowMs: clock.nowMs(),
        decide: (now) => withProven(now, proven),
      })
      if (changed.kind === 'changed') await codes.take(pool, attempt)
      return verified(changed, proven)
    })
  }

  async #confirm(
    { users }: BoundFlows,
    pool: PrimaryPool,
    request: {
      readonly user: User
      /** The address that a code has proven. */
      readonly contact: Contact | undefined
      readonly forceAliasCreation: boolean
    },
  ): Promise<AccountOutcome> {
    const { user, contact, forceAliasCreation } = request
    const nowMs = this.#options.clock.nowMs()
    const withProof = ({ attributes }: User) => ({
      ...attributes,
      ...(contact && attributes[contact.attributeName] === contact.value
        ? { [`${contact.attributeName}_verified`]: 'true' }
        : {}),
    })
    const confirmed: User = { ...user, status: 'CONFIRMED', attributes: withProof(user) }
    const write = () =>
      users.change(pool, user.sub, {
        nowMs,
        decide: (now) => ({ status: 'CONFIRMED', attributes: withProof(now) }),
      })
    const isLost = (outcome: ChangeOutcome) =>
      outcome.kind === 'refused' && outcome.reason === 'alias-exists'
    const changed = forceAliasCreation
      ? await users.takeAliases(pool, confirmed, { nowMs, write, isLost })
      : await write()
    return changed.kind === 'changed' ? done(changed.user) : changed
  }
}

/** Counts a code that somebody asked for and sends it; a code that was not sent is not counted. */
export function sendCounted(
  { poolWork }: { readonly poolWork: PoolWork },
  pool: PrimaryPool,
  user: User,
  sending: {
    readonly purpose: CodePurpose
    readonly reason: MessageReason
    readonly contact: Contact
  },
): Promise<AccountOutcome> {
  return poolWork.run(pool, async ({ codes }) => {
    if (!(await codes.admit(pool, { sub: user.sub, purpose: sending.purpose }))) {
      return refused('too-many-codes')
    }
    return done(user, await codes.send(pool, user, sending))
  })
}

function verified(changed: ChangeOutcome, { attributeName, value }: Contact): AccountOutcome {
  if (changed.kind !== 'changed') return changed
  // The address was changed again meanwhile, and the code proves nothing any more.
  const { attributes } = changed.user
  const isProven = attributes[attributeName] === value && isVerified(attributes, attributeName)
  return isProven ? done(changed.user) : refused('code-expired')
}

function notUnconfirmed({ status }: User): Refused {
  return refused('not-confirmable', status)
}

export function codeRefusal(outcome: Exclude<CodeOutcome, 'match'>): Refused {
  switch (outcome) {
    case 'mismatch':
      return refused('code-mismatch')
    case 'expired':
      return refused('code-expired')
    case 'too-many-failures':
      return refused('code-failures')
  }
}
