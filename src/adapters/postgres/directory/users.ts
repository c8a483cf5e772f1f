// Users. What every sign-in and every use of a token reads is in auth-records.ts. Names that sign a
// user in are hashes; unique indexes keep two users from holding one, and a conflict becomes a word
// without spoiling the transaction it happens in.

import type { Fragment } from 'postgres'
import { required } from '#base/assert.js'
import { isUuid } from '#base/uuid.js'
import type { Pool, PrimaryPool } from '#ports/capability.js'
import type {
  AuthClaimRecord,
  ClaimLookup,
  InsertedUser,
  RefreshRecord,
  SealedUser,
  UpdatedUser,
  UserAuthRecord,
  UserLookup,
  UserPageOptions,
  UserRow,
  Users,
} from '#ports/directory.js'
import type { Queryable } from '../connection/connection.js'
import { UniqueViolationError } from '../connection/errors.js'
import { Repository } from '../connection/repository.js'
import { at, bigints, FIRST_UUID } from '../connection/values.js'
import {
  claimByName,
  claimByUsername,
  recordBySub,
  refreshRecord,
  takenSession,
  toAuthRecord,
  toClaim,
  toRefreshRecord,
  userByName,
} from './auth-records.js'
import {
  type StoredSealedUser,
  type StoredUser,
  toSealedUser,
  toUserRow,
  USER_COLUMNS,
} from './user-rows.js'

export class PostgresUsers extends Repository implements Users {
  async findBySub(pool: Pool, sub: string): Promise<UserRow | undefined> {
    if (!isUuid(sub)) return undefined
    const [row] = await this.query((sql) => sql<StoredUser[]>`${bySub(sql, pool, sub)}`)
    return row && toUserRow(row)
  }

  async findForUpdate(pool: Pool, sub: string): Promise<UserRow | undefined> {
    if (!isUuid(sub)) return undefined
    const [row] = await this.query((sql) => sql<StoredUser[]>`${bySub(sql, pool, sub)} for update`)
    return row && toUserRow(row)
  }

  async find(pool: Pool, lookup: UserLookup): Promise<UserRow | undefined> {
    const { usernameHash, alias, sub } = lookup
    const byName = userByName[alias?.kind ?? 'email']
    const [row] = await this.query((sql) =>
      byName(sql, pool.id, usernameHash, alias?.hash ?? null, sub ?? null),
    )
    return row && toUserRow(row)
  }

  async findAuthRecord(
    pool: Pool,
    { sub }: { readonly sub: string },
  ): Promise<UserAuthRecord | undefined> {
    if (!isUuid(sub)) return undefined
    const [row] = await this.query((sql) => recordBySub(sql, pool.id, sub))
    return row && toAuthRecord(row)
  }

  async findAuthClaim(pool: Pool, lookup: ClaimLookup): Promise<AuthClaimRecord> {
    const { usernameHash, alias, sub, absentSub } = lookup
    const byName = claimByName[alias?.kind ?? 'email']
    const [row] = await this.query((sql) =>
      alias === undefined && sub === undefined
        ? claimByUsername(sql, pool.id, usernameHash, absentSub)
        : byName(sql, pool.id, usernameHash, alias?.hash ?? null, sub ?? null, absentSub),
    )
    return toClaim(required(row, 'claim'))
  }

  async takeSession(
    pool: Pool,
    session: { readonly id: string; readonly expiresAtMs: number; readonly sub: string },
    attemptsMax: number,
  ): Promise<'again' | AuthClaimRecord> {
    const sub = isUuid(session.sub) ? session.sub : null
    const [row] = await this.query((sql) =>
      takenSession(sql, pool.id, sub, session.id, at(session.expiresAtMs), attemptsMax),
    )
    return row?.is_counted === true ? toClaim(row) : 'again'
  }

  async findRefreshRecord(
    pool: Pool,
    { sub, originJti }: { readonly sub: string; readonly originJti: string },
  ): Promise<RefreshRecord | undefined> {
    if (!isUuid(sub) || !isUuid(originJti)) return undefined
    const [row] = await this.query((sql) => refreshRecord(sql, pool.id, sub, originJti))
    return row && toRefreshRecord(row)
  }

  async page(pool: Pool, options: UserPageOptions): Promise<readonly SealedUser[]> {
    if (options.sub !== undefined && !isUuid(options.sub)) return []
    const rows = await this.query(
      (sql) => sql<StoredSealedUser[]>`
        select ${sql.unsafe(USER_COLUMNS)}, u.credential_sealed
          from ${pageSource(sql, pool, options)} u
         where u.user_pool_id = ${pool.id} and u.sub > ${options.afterSub ?? FIRST_UUID}
         ${pageConditions(sql, options)}
         order by u.sub limit ${options.limit}`,
    )
    return rows.map(toSealedUser)
  }

  async poolsWithOldTerms(options: {
    readonly afterId: string
    readonly limit: number
  }): Promise<readonly string[]> {
    const rows = await this.query(
      (sql) => sql<{ user_pool_id: string }[]>`
        select distinct user_pool_id from users
         where ${oldTerms(sql)} and user_pool_id > ${options.afterId}
         order by user_pool_id limit ${options.limit}`,
    )
    return rows.map((row) => row.user_pool_id)
  }

  async withOldTerms(
    pool: Pool,
    options: { readonly afterSub: string | undefined; readonly limit: number },
  ): Promise<readonly SealedUser[]> {
    const rows = await this.query(
      (sql) => sql<StoredSealedUser[]>`
        select ${sql.unsafe(USER_COLUMNS)}, u.credential_sealed
          from users u
         where ${oldTerms(sql)} and u.user_pool_id = ${pool.id}
           and u.sub > ${options.afterSub ?? FIRST_UUID}
         order by u.sub limit ${options.limit}`,
    )
    return rows.map(toSealedUser)
  }

  async setSearchTerms(
    pool: PrimaryPool,
    user: Pick<UserRow, 'sub' | 'version' | 'searchTerms'>,
  ): Promise<'written' | 'conflict'> {
    const isWritten = await this.changes(
      (sql) => sql`
        update users set search_terms = ${bigints(user.searchTerms)}
         where user_pool_id = ${pool.id} and sub = ${user.sub} and version = ${user.version}`,
    )
    return isWritten ? 'written' : 'conflict'
  }

  async insert(pool: PrimaryPool, user: UserRow): Promise<InsertedUser> {
    const isInserted = await this.changes(
      (sql) => sql`
        insert into users (user_pool_id, sub, username_hash, email_hash, phone_number_hash,
          preferred_username_hash, search_terms, status, is_enabled, profile_sealed,
          credential_sealed, factors_sealed, version, created_at, modified_at)
        values (${pool.id}, ${user.sub}, ${user.usernameHash}, ${user.emailHash ?? null},
          ${user.phoneNumberHash ?? null}, ${user.preferredUsernameHash ?? null},
          ${bigints(user.searchTerms)}, ${user.status}, ${user.isEnabled}, ${user.profileSealed},
          ${user.credentialSealed ?? null}, ${user.factorsSealed ?? null}, ${user.version},
          ${at(user.createdAtMs)}, ${at(user.modifiedAtMs)})
        on conflict do nothing`,
    )
    if (isInserted) return 'inserted'
    const taken = await this.query(
      (sql) => sql`
        select from users where user_pool_id = ${pool.id}
          and (username_hash = ${user.usernameHash} or sub = ${user.sub})`,
    )
    return taken.length > 0 ? 'username-exists' : 'alias-exists'
  }

  async update(pool: PrimaryPool, user: UserRow): Promise<UpdatedUser> {
    const claim = {
      email: user.emailHash ?? null,
      phone: user.phoneNumberHash ?? null,
      preferred: user.preferredUsernameHash ?? null,
    }
    try {
      const isUpdated = await this.changes(
        (sql) => sql`
          update users u set
            username_hash = ${user.usernameHash}, email_hash = ${claim.email},
            phone_number_hash = ${claim.phone}, preferred_username_hash = ${claim.preferred},
            search_terms = ${bigints(user.searchTerms)}, status = ${user.status},
            is_enabled = ${user.isEnabled}, profile_sealed = ${user.profileSealed},
            credential_sealed = ${user.credentialSealed ?? null},
            factors_sealed = ${user.factorsSealed ?? null}, version = u.version + 1,
            modified_at = ${at(user.modifiedAtMs)}
           where user_pool_id = ${pool.id} and sub = ${user.sub} and version = ${user.version}
             and not exists (${othersWith(sql, pool, user)})`,
      )
      if (isUpdated) return 'updated'
    } catch (error) {
      // Another user took the alias between the look and the write. A transaction is spoilt then
      // and is run again as a whole.
      if (error instanceof UniqueViolationError && !this.connection.isTransaction)
        return 'alias-exists'
      throw error
    }
    const [row] = await this.query(
      (sql) => sql<{ version: number; is_taken: boolean }[]>`
        select version, exists (${othersWith(sql, pool, user)}) as is_taken from users
         where user_pool_id = ${pool.id} and sub = ${user.sub}`,
    )
    if (row === undefined) return 'absent'
    return row.version === user.version && row.is_taken ? 'alias-exists' : 'conflict'
  }

  async remove(pool: PrimaryPool, sub: string): Promise<'removed' | 'absent'> {
    if (!isUuid(sub)) return 'absent'
    const { region } = this.connection
    const isRemoved = await this.changes(
      (sql) => sql`
        with memberships as (
          delete from group_memberships where user_pool_id = ${pool.id} and sub = ${sub}),
        apps as (delete from authenticators where user_pool_id = ${pool.id} and sub = ${sub}),
        keys as (delete from passkeys where user_pool_id = ${pool.id} and sub = ${sub}),
        tracked as (delete from devices where user_pool_id = ${pool.id} and sub = ${sub}),
        live_codes as (delete from codes where user_pool_id = ${pool.id} and sub = ${sub}),
        limits as (delete from send_limits where user_pool_id = ${pool.id} and sub = ${sub}),
        attempts as (
          delete from failed_attempts
           where user_pool_id = ${pool.id} and origin_region = ${region} and sub = ${sub}),
        counters as (
          delete from passkey_uses
           where user_pool_id = ${pool.id} and origin_region = ${region} and sub = ${sub}),
        sessions as (
          delete from user_sessions
           where user_pool_id = ${pool.id} and origin_region = ${region} and sub = ${sub}),
        events as (
          delete from auth_events
           where user_pool_id = ${pool.id} and origin_region = ${region} and sub = ${sub}),
        feedback as (
          delete from auth_event_feedback
           where user_pool_id = ${pool.id} and origin_region = ${region} and sub = ${sub}),
        app_codes as (
          delete from totp_uses
           where user_pool_id = ${pool.id} and origin_region = ${region} and sub = ${sub})
        delete from users where user_pool_id = ${pool.id} and sub = ${sub}`,
    )
    return isRemoved ? 'removed' : 'absent'
  }
}

function bySub(sql: Queryable, pool: Pool, sub: string): Fragment {
  return sql`select * from users where user_pool_id = ${pool.id} and sub = ${sub}`
}

/** Other users who hold a name that `user` claims. Checked first, so that no statement fails. */
function othersWith(sql: Queryable, pool: Pool, user: UserRow): Fragment {
  return sql`
    select from users o
     where o.user_pool_id = ${pool.id} and o.sub <> ${user.sub}
       and (o.username_hash = ${user.usernameHash} or o.email_hash = ${user.emailHash ?? null}
         or o.phone_number_hash = ${user.phoneNumberHash ?? null}
         or o.preferred_username_hash = ${user.preferredUsernameHash ?? null})`
}

/** Rows whose terms are of an earlier version; written as the index of such rows has it. */
function oldTerms(sql: Queryable): Fragment {
  return sql`not (search_terms @> '{7381237492737114113}')`
}

/** A search term is found by its own index first; `offset 0` keeps the planner from other ideas. */
function pageSource(sql: Queryable, pool: Pool, { terms }: UserPageOptions): Fragment {
  if (terms === undefined) return sql`users`
  return sql`(
    select * from users
     where search_terms && ${bigints(terms)} and user_pool_id = ${pool.id} offset 0)`
}

function pageConditions(sql: Queryable, options: UserPageOptions): Fragment[] {
  const { sub, usernameHash, status, isEnabled } = options
  const conditions = [sql``]
  if (sub !== undefined) conditions.push(sql`and u.sub = ${sub}`)
  if (usernameHash !== undefined) conditions.push(sql`and u.username_hash = ${usernameHash}`)
  if (status !== undefined) conditions.push(sql`and u.status = ${status}`)
  if (isEnabled !== undefined) conditions.push(sql`and u.is_enabled = ${isEnabled}`)
  return conditions
}
