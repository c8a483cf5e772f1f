// Users between the rules, which see them open, and storage, which sees them sealed. This is the
// only place that seals or opens a user. Changes are read-modify-write inside a transaction that
// locks the row before it is read, so there is no race to lose.

import type { PoolCipher, PoolCiphers } from '#app/crypto/pool-cipher.js'
import { assert } from '#base/assert.js'
import { packCredential, unpackCredential } from '#domain/credential/packed.js'
import type { AliasAttribute } from '#domain/pool/settings.js'
import { type Refused, refused } from '#domain/refusal.js'
import { aliasKinds, claimedAlias } from '#domain/user/aliases.js'
import { hasNoFactors, NO_FACTORS, type UserFactors } from '#domain/user/factors.js'
import { FOLDED_MARK, searchTerms } from '#domain/user/search-terms.js'
import type { User, UserChange, UserCredential, UserStatus } from '#domain/user/user.js'
import type { Pool, PrimaryPool } from '#ports/capability.js'
import type {
  AuthClaimRecord,
  InsertedUser,
  RefreshRecord,
  SealedUser,
  UserAuthRecord,
  UserPageOptions,
  UserRow,
  Users,
} from '#ports/directory.js'
import { aliasHash, claimedHashes, decoySubOf, lookupOf } from './names.js'

const RELEASE_TRIES_MAX = 100

/** A user with what a sign-in must know besides. */
export interface OpenedAuthRecord extends Omit<UserAuthRecord, 'user'> {
  readonly user: User
  readonly credential: UserCredential | undefined
  readonly factors: UserFactors
}

/** A user with what the use of a token must know besides. */
export interface OpenedSessionRecord extends Omit<RefreshRecord, 'user'> {
  readonly user: User
  readonly factors: UserFactors
}

/** A user as lists have it. */
export interface ListedUser extends User {
  readonly factors: UserFactors
}

/** What a sign-in must know of a name; without `record` it has no user. */
export interface OpenedClaim extends Omit<AuthClaimRecord, 'record'> {
  readonly record: OpenedAuthRecord | undefined
}

export type ChangeOutcome = { readonly kind: 'changed'; readonly user: User } | Refused

/** What may be done to users outside of a transaction. */
export type UserReader = Omit<UserRecords, 'insert' | 'change' | 'takeAliases'>

export class UserRecords {
  readonly #users: Users
  readonly #poolKeys: PoolCiphers
  readonly #isBound: boolean

  constructor(options: {
    users: Users
    poolKeys: PoolCiphers
    /** Whether `users` are bound to a transaction. */
    isBound?: boolean
  }) {
    this.#users = options.users
    this.#poolKeys = options.poolKeys
    this.#isBound = options.isBound ?? false
  }

  /** By user name, alias or sub, as callers name users. */
  async find(pool: Pool, name: string): Promise<User | undefined> {
    const cipher = await this.#poolKeys.cipher(pool)
    const row = await this.#users.find(pool, lookupOf(cipher, pool.settings, name))
    return row && openUser(cipher, row)
  }

  async findBySub(pool: Pool, sub: string): Promise<User | undefined> {
    const row = await this.#users.findBySub(pool, sub)
    return row && openUser(await this.#poolKeys.cipher(pool), row)
  }

  /** By user name, alias or sub, with what the user has besides the password. */
  async findWithFactors(
    pool: Pool,
    name: string,
  ): Promise<{ readonly user: User; readonly factors: UserFactors } | undefined> {
    const cipher = await this.#poolKeys.cipher(pool)
    const row = await this.#users.find(pool, lookupOf(cipher, pool.settings, name))
    return row && { user: openUser(cipher, row), factors: openFactors(cipher, row) }
  }

  async credentialOf(pool: Pool, user: User): Promise<UserCredential | undefined> {
    const row = await this.#users.findBySub(pool, user.sub)
    return row && openCredential(await this.#poolKeys.cipher(pool), row)
  }

  /** Everything a sign-in needs, in one statement of the database. */
  async findAuthRecord(
    pool: Pool,
    by: { readonly sub: string },
  ): Promise<OpenedAuthRecord | undefined> {
    const cipher = await this.#poolKeys.cipher(pool)
    return openAuthRecord(cipher, await this.#users.findAuthRecord(pool, by))
  }

  /** The same for a typed-in name, which need not be a user's. */
  async findAuthClaim(pool: Pool, name: string): Promise<OpenedClaim> {
    const cipher = await this.#poolKeys.cipher(pool)
    const claim = await this.#users.findAuthClaim(pool, {
      absentSub: decoySubOf(pool, cipher, name),
      ...lookupOf(cipher, pool.settings, name),
    })
    return { ...claim, record: openAuthRecord(cipher, claim.record) }
  }

  /** Counts an attempt at a challenge session; its user, or 'again' when it has had them all. */
  async takeSession(
    pool: Pool,
    session: { readonly id: string; readonly expiresAtMs: number; readonly sub: string },
    attemptsMax: number,
  ): Promise<'again' | OpenedClaim> {
    const taken = await this.#users.takeSession(pool, session, attemptsMax)
    if (taken === 'again') return taken
    return { ...taken, record: openAuthRecord(await this.#poolKeys.cipher(pool), taken.record) }
  }

  /** What a token's session needs: the user, and whether the session was ended anywhere. */
  async findSessionRecord(
    pool: Pool,
    session: { readonly sub: string; readonly originJti: string },
  ): Promise<OpenedSessionRecord | undefined> {
    const record = await this.#users.findRefreshRecord(pool, session)
    if (record === undefined) return undefined
    const cipher = await this.#poolKeys.cipher(pool)
    const { user } = record
    return { ...record, user: openUser(cipher, user), factors: openFactors(cipher, user) }
  }

  async insert(
    pool: PrimaryPool,
    user: User,
    credential: UserCredential | undefined,
  ): Promise<InsertedUser> {
    const cipher = await this.#poolKeys.cipher(pool)
    return this.#users.insert(pool, sealUser(cipher, pool, user, { credential }))
  }

  /** A new user's row, for those who insert many at once. */
  async sealNew(
    pool: PrimaryPool,
    user: User,
    secrets: { readonly credential: UserCredential | undefined; readonly factors: UserFactors },
  ): Promise<UserRow> {
    return sealUser(await this.#poolKeys.cipher(pool), pool, user, secrets)
  }

  /**
   * Reads the user, asks `decide` what to change, and writes it; undefined changes nothing. For a
   * transaction, which locks the row before it is read, so that no change is lost.
   */
  async change(
    pool: PrimaryPool,
    sub: string,
    options: {
      nowMs: number
      decide: (
        user: User,
        credential: UserCredential | undefined,
        factors: UserFactors,
      ) => UserChange | undefined
    },
  ): Promise<ChangeOutcome> {
    assert(this.#isBound, 'a user is changed by a transaction, which locks the row')
    const row = await this.#users.findForUpdate(pool, sub)
    if (row === undefined) return refused('user-absent')
    const cipher = await this.#poolKeys.cipher(pool)
    const user = openUser(cipher, row)
    const credential = openCredential(cipher, row)
    const factors = openFactors(cipher, row)
    const change = options.decide(user, credential, factors)
    if (change === undefined) return { kind: 'changed', user }
    const changed: User = {
      ...user,
      status: change.status ?? user.status,
      isEnabled: change.isEnabled ?? user.isEnabled,
      attributes: change.attributes ?? user.attributes,
      pendingAttributes: change.pendingAttributes ?? user.pendingAttributes,
      modifiedAtMs: options.nowMs,
    }
    const kept = change.credential === undefined ? credential : change.credential
    const sealed = sealUser(cipher, pool, changed, {
      credential: kept ?? undefined,
      factors: change.factors ?? factors,
    })
    const outcome = await this.#users.update(pool, sealed)
    if (outcome === 'alias-exists') return refused(outcome)
    assert(outcome === 'updated', 'no other transaction writes a locked row')
    return { kind: 'changed', user: { ...changed, version: changed.version + 1 } }
  }

  async remove(pool: PrimaryPool, sub: string): Promise<'removed' | 'absent'> {
    return this.#users.remove(pool, sub)
  }

  /**
   * Runs `write`, which claims the aliases of `user`, after taking them away from the users
   * who hold them; again when another user was given one in between. For a transaction, so that a
   * write that fails takes nothing away.
   */
  async takeAliases<T>(
    pool: PrimaryPool,
    user: User,
    options: {
      readonly nowMs: number
      readonly write: () => Promise<T>
      readonly isLost: (outcome: T) => boolean
    },
  ): Promise<T> {
    assert(this.#isBound, 'aliases are released by the transaction that claims them')
    for (let tries = 1; ; tries += 1) {
      await this.#releaseAliases(pool, user, options.nowMs)
      const outcome = await options.write()
      if (tries === RELEASE_TRIES_MAX || !options.isLost(outcome)) return outcome
    }
  }

  /**
   * The holder keeps an address as an unproven one: a proof that stayed would claim the alias at
   * the next write.
   */
  async #releaseAliases(pool: PrimaryPool, user: User, nowMs: number): Promise<void> {
    const cipher = await this.#poolKeys.cipher(pool)
    for (const kind of aliasKinds(pool.settings)) {
      const alias = claimedAlias(pool.settings, user, kind)
      if (alias === undefined) continue
      const hash = aliasHash(cipher, pool.settings, kind, alias)
      // No user name has an alias's hash, so this finds the holder of the alias only.
      const lookup = { usernameHash: hash, alias: { kind, hash } }
      const decide = ({ attributes }: User) => ({ attributes: withoutAlias(attributes, kind) })
      // While the holder's row was waited for, it may have lost the alias to another user.
      for (let tries = 0; tries < RELEASE_TRIES_MAX; tries += 1) {
        const holder = await this.#users.find(pool, lookup)
        if (holder === undefined || holder.sub === user.sub) break
        await this.change(pool, holder.sub, { nowMs, decide })
      }
    }
  }

  /** One page of rows, opened, in the order of sub. */
  async page(pool: Pool, options: UserPageOptions): Promise<readonly ListedUser[]> {
    return this.openRows(pool, await this.#users.page(pool, options))
  }

  /** Renews the search terms of a page of users whose terms are of an earlier version. */
  async renewSearchTerms(
    pool: PrimaryPool,
    page: { readonly afterSub: string | undefined; readonly limit: number },
  ): Promise<{ readonly renewed: number; readonly lastSub: string | undefined }> {
    const cipher = await this.#poolKeys.cipher(pool)
    const rows = await this.#users.withOldTerms(pool, page)
    let renewed = 0
    for (const row of rows) {
      const terms = hashedTerms(cipher, openUser(cipher, row))
      // A row that was written meanwhile has today's terms.
      const outcome = await this.#users.setSearchTerms(pool, { ...row, searchTerms: terms })
      if (outcome === 'written') renewed += 1
    }
    return { renewed, lastSub: rows.at(-1)?.sub }
  }

  async openRows(pool: Pool, rows: readonly SealedUser[]): Promise<readonly ListedUser[]> {
    const cipher = await this.#poolKeys.cipher(pool)
    return rows.map((row) => ({ ...openUser(cipher, row), factors: openFactors(cipher, row) }))
  }
}

function withoutAlias(attributes: User['attributes'], kind: AliasAttribute): User['attributes'] {
  if (kind !== 'preferred_username') return { ...attributes, [`${kind}_verified`]: 'false' }
  const { preferred_username: _, ...kept } = attributes
  return kept
}

function isEmpty(attributes: User['pendingAttributes']): boolean {
  return attributes === undefined || Object.keys(attributes).length === 0
}

const context = (column: string, sub: string) => ({ table: 'users', column, row: sub })

function hashedTerms(cipher: PoolCipher, user: User): readonly bigint[] {
  return [FOLDED_MARK, ...searchTerms(user).map((term) => cipher.term('search', term))]
}

function sealUser(
  cipher: PoolCipher,
  pool: Pool,
  user: User,
  secrets: { readonly credential: UserCredential | undefined; readonly factors?: UserFactors },
): UserRow {
  const { credential, factors = NO_FACTORS } = secrets
  const { username, attributes } = user
  const pendingAttributes = isEmpty(user.pendingAttributes) ? undefined : user.pendingAttributes
  const profile = { username, attributes, pendingAttributes }
  return {
    sub: user.sub,
    ...claimedHashes(cipher, pool.settings, user),
    searchTerms: hashedTerms(cipher, user),
    status: user.status,
    isEnabled: user.isEnabled,
    profileSealed: cipher.sealJson(context('profile_sealed', user.sub), profile),
    credentialSealed:
      credential && cipher.seal(context('credential_sealed', user.sub), packCredential(credential)),
    factorsSealed: hasNoFactors(factors)
      ? undefined
      : cipher.sealJson(context('factors_sealed', user.sub), factors),
    version: user.version,
    createdAtMs: user.createdAtMs,
    modifiedAtMs: user.modifiedAtMs,
  }
}

function openUser(cipher: PoolCipher, row: Omit<SealedUser, 'credentialSealed'>): User {
  const profile = cipher.openJson(context('profile_sealed', row.sub), row.profileSealed) as {
    username: string
    attributes: Record<string, string>
    pendingAttributes?: Record<string, string>
  }
  return {
    sub: row.sub,
    username: profile.username,
    status: row.status as UserStatus,
    isEnabled: row.isEnabled,
    attributes: profile.attributes,
    pendingAttributes: profile.pendingAttributes,
    createdAtMs: row.createdAtMs,
    modifiedAtMs: row.modifiedAtMs,
    version: row.version,
  }
}

function openCredential(cipher: PoolCipher, row: SealedUser): UserCredential | undefined {
  if (row.credentialSealed === undefined) return undefined
  const opened = cipher.open(context('credential_sealed', row.sub), row.credentialSealed)
  return unpackCredential(opened)
}

function openFactors(
  cipher: PoolCipher,
  { sub, factorsSealed }: Pick<SealedUser, 'sub' | 'factorsSealed'>,
): UserFactors {
  if (factorsSealed === undefined) return NO_FACTORS
  return cipher.openJson(context('factors_sealed', sub), factorsSealed) as UserFactors
}

function openAuthRecord(
  cipher: PoolCipher,
  record: UserAuthRecord | undefined,
): OpenedAuthRecord | undefined {
  if (record === undefined) return undefined
  return {
    ...record,
    user: openUser(cipher, record.user),
    credential: openCredential(cipher, record.user),
    factors: openFactors(cipher, record.user),
  }
}
