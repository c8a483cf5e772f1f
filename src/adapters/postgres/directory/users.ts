// Users. `findAuthRecord` and `findRefreshRecord` are on the way of every sign-in and every use of
// a token: one prepared statement each, whose text is always the same for one kind of question.
// Names that sign a user in are hashes; unique indexes keep two users from holding one, and a
// conflict becomes a word without spoiling the transaction it happens in.

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
import type { Connection, Queryable } from '../connection/connection.js'
import { at, bigints } from '../connection/database.js'
import { UniqueViolationError } from '../connection/errors.js'
import { FIRST_UUID, removedOr } from '../connection/sql-rows.js'
import { type StoredSealedUser, type StoredUser, toSealedUser, toUserRow } from './user-rows.js'

interface StoredAuthRecord extends StoredSealedUser {
  readonly groups:
    | readonly {
        readonly name: string
        readonly roleArn: string | null
        readonly precedence: number | null
      }[]
    | null
  readonly failures: number
  readonly last_failure_at: number | null
  readonly signed_out_at: number | null
}

type StoredRefreshRecord = Omit<StoredSealedUser, 'credential_sealed'> &
  Pick<StoredAuthRecord, 'groups' | 'signed_out_at'> & { readonly is_revoked: boolean }

/** Facts whose user an outer join may have left empty. */
type StoredClaim = Omit<StoredAuthRecord, keyof StoredSealedUser> & {
  readonly [K in keyof StoredSealedUser]: StoredSealedUser[K] | null
}

export class PostgresUsers implements Users {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  async findBySub(pool: Pool, sub: string): Promise<UserRow | undefined> {
    if (!isUuid(sub)) return undefined
    const [row] = await this.#connection.query(
      (sql) => sql<StoredUser[]>`select u.* from (${bySub(sql, pool, sub)}) u`,
    )
    return row && toUserRow(row)
  }

  async findForUpdate(pool: Pool, sub: string): Promise<UserRow | undefined> {
    if (!isUuid(sub)) return undefined
    const [row] = await this.#connection.query(
      (sql) => sql<StoredUser[]>`${bySub(sql, pool, sub)} for update`,
    )
    return row && toUserRow(row)
  }

  async find(pool: Pool, lookup: UserLookup): Promise<UserRow | undefined> {
    const [row] = await this.#connection.query(
      (sql) => sql<StoredUser[]>`select u.* from (${byName(sql, pool, lookup)}) u`,
    )
    return row && toUserRow(row)
  }

  async findAuthRecord(
    pool: Pool,
    { sub }: { readonly sub: string },
  ): Promise<UserAuthRecord | undefined> {
    if (!isUuid(sub)) return undefined
    const [row] = await this.#connection.query((sql) => factsBySub(sql, pool, sub))
    return row && toAuthRecord(row)
  }

  async findAuthClaim(pool: Pool, lookup: ClaimLookup): Promise<AuthClaimRecord> {
    const isPlain = lookup.alias === undefined && lookup.sub === undefined
    const [row] = await this.#connection.query((sql) =>
      isPlain ? claimByUsername(sql, pool, lookup) : claimByName(sql, pool, lookup),
    )
    return toClaim(required(row, 'claim'))
  }

  async takeSession(
    pool: Pool,
    session: { readonly id: string; readonly expiresAtMs: number; readonly sub: string },
    attemptsMax: number,
  ): Promise<'again' | AuthClaimRecord> {
    const sub = isUuid(session.sub) ? session.sub : null
    const [row] = await this.#connection.query(
      (sql) => sql<(StoredClaim & { is_counted: boolean })[]>`
        with taken as (
          insert into used_sessions (user_pool_id, session_id, expires_at)
          values (${pool.id}, ${session.id}, ${at(session.expiresAtMs)})
          on conflict (user_pool_id, session_id)
            do update set attempts = used_sessions.attempts + 1
            where used_sessions.attempts < ${attemptsMax}
          returning true)
        select exists (select from taken) as is_counted, u.sub, u.status, u.is_enabled,
            u.profile_sealed, u.credential_sealed, u.version, u.created_at, u.modified_at, f.*
          from (values (true)) one
          left join users u on u.user_pool_id = ${pool.id} and u.sub = ${sub}
          cross join lateral twinpool_user_facts(${pool.id}, ${sub}) f`,
    )
    if (row?.is_counted !== true) return 'again'
    return toClaim(row)
  }

  async findRefreshRecord(
    pool: Pool,
    session: { readonly sub: string; readonly originJti: string },
  ): Promise<RefreshRecord | undefined> {
    if (!isUuid(session.sub) || !isUuid(session.originJti)) return undefined
    const [row] = await this.#connection.query(
      (sql) => sql<StoredRefreshRecord[]>`
        select u.sub, u.status, u.is_enabled, u.profile_sealed, u.version, u.created_at,
            u.modified_at, f.groups, f.signed_out_at, exists (
              select from revocations r
               where r.user_pool_id = u.user_pool_id and r.origin_jti = ${session.originJti}
            ) as is_revoked
          from users u, twinpool_user_facts(u.user_pool_id, u.sub) f
         where u.user_pool_id = ${pool.id} and u.sub = ${session.sub}`,
    )
    if (row === undefined) return undefined
    const { credentialSealed: _, ...user } = toSealedUser({ ...row, credential_sealed: null })
    return {
      user,
      groups: toGroups(row.groups),
      signedOutAtMs: row.signed_out_at ?? undefined,
      isRevoked: row.is_revoked,
    }
  }

  async page(pool: Pool, options: UserPageOptions): Promise<readonly SealedUser[]> {
    if (options.sub !== undefined && !isUuid(options.sub)) return []
    const rows = await this.#connection.query(
      (sql) => sql<StoredSealedUser[]>`
        select u.sub, u.status, u.is_enabled, u.profile_sealed, u.credential_sealed, u.version,
            u.created_at, u.modified_at
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
    const rows = await this.#connection.query(
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
    const rows = await this.#connection.query(
      (sql) => sql<StoredSealedUser[]>`
        select u.sub, u.status, u.is_enabled, u.profile_sealed, u.credential_sealed, u.version,
            u.created_at, u.modified_at
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
    const { count } = await this.#connection.query(
      (sql) => sql`
        update users set search_terms = ${bigints(user.searchTerms)}
         where user_pool_id = ${pool.id} and sub = ${user.sub} and version = ${user.version}`,
    )
    return count > 0 ? 'written' : 'conflict'
  }

  async insert(pool: PrimaryPool, user: UserRow): Promise<InsertedUser> {
    const { count } = await this.#connection.query(
      (sql) => sql`
        insert into users (user_pool_id, sub, username_hash, email_hash, phone_number_hash,
          preferred_username_hash, search_terms, status, is_enabled, profile_sealed,
          credential_sealed, version, created_at, modified_at)
        values (${pool.id}, ${user.sub}, ${user.usernameHash}, ${user.emailHash ?? null},
          ${user.phoneNumberHash ?? null}, ${user.preferredUsernameHash ?? null},
          ${bigints(user.searchTerms)}, ${user.status}, ${user.isEnabled}, ${user.profileSealed},
          ${user.credentialSealed ?? null}, ${user.version}, ${at(user.createdAtMs)},
          ${at(user.modifiedAtMs)})
        on conflict do nothing`,
    )
    if (count > 0) return 'inserted'
    const taken = await this.#connection.query(
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
      const { count } = await this.#connection.query(
        (sql) => sql`
          update users u set
            username_hash = ${user.usernameHash}, email_hash = ${claim.email},
            phone_number_hash = ${claim.phone}, preferred_username_hash = ${claim.preferred},
            search_terms = ${bigints(user.searchTerms)}, status = ${user.status},
            is_enabled = ${user.isEnabled}, profile_sealed = ${user.profileSealed},
            credential_sealed = ${user.credentialSealed ?? null}, version = u.version + 1,
            modified_at = ${at(user.modifiedAtMs)}
           where user_pool_id = ${pool.id} and sub = ${user.sub} and version = ${user.version}
             and not exists (${othersWith(sql, pool, user)})`,
      )
      if (count > 0) return 'updated'
    } catch (error) {
      // Somebody took the alias between the look and the write. A transaction is spoilt by then
      // and is run again as a whole.
      if (error instanceof UniqueViolationError && !this.#connection.isTransaction)
        return 'alias-exists'
      throw error
    }
    const [row] = await this.#connection.query(
      (sql) => sql<{ version: number; is_taken: boolean }[]>`
        select version, exists (${othersWith(sql, pool, user)}) as is_taken from users
         where user_pool_id = ${pool.id} and sub = ${user.sub}`,
    )
    if (row === undefined) return 'absent'
    return row.version === user.version && row.is_taken ? 'alias-exists' : 'conflict'
  }

  async remove(pool: PrimaryPool, sub: string): Promise<'removed' | 'absent'> {
    if (!isUuid(sub)) return 'absent'
    const { region } = this.#connection
    const { count } = await this.#connection.query(
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
           where user_pool_id = ${pool.id} and origin_region = ${region} and sub = ${sub})
        delete from users where user_pool_id = ${pool.id} and sub = ${sub}`,
    )
    return removedOr(count)
  }
}

const ALIAS_COLUMNS = {
  email: 'email_hash',
  phone_number: 'phone_number_hash',
  preferred_username: 'preferred_username_hash',
} as const

function bySub(sql: Queryable, pool: Pool, sub: string): Fragment {
  return sql`select * from users where user_pool_id = ${pool.id} and sub = ${sub}`
}

/** The holder of the user name, else of the alias, else of the sub. Each has a unique index. */
function byName(sql: Queryable, pool: Pool, lookup: UserLookup): Fragment {
  const { usernameHash, alias, sub } = lookup
  const column = sql(ALIAS_COLUMNS[alias?.kind ?? 'email'])
  return sql`
    select * from (
      select *, 0 as place from users
       where user_pool_id = ${pool.id} and username_hash = ${usernameHash}
      union all
      select *, 1 from users where user_pool_id = ${pool.id} and ${column} = ${alias?.hash ?? null}
      union all
      select *, 2 from users where user_pool_id = ${pool.id} and sub = ${sub ?? null}
    ) holders order by place limit 1`
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

// The hot statements are written out, without parts that the driver would put together each time.

function claimByUsername(sql: Queryable, pool: Pool, lookup: ClaimLookup) {
  return sql<StoredClaim[]>`
    select u.sub, u.status, u.is_enabled, u.profile_sealed, u.credential_sealed, u.version,
        u.created_at, u.modified_at, f.*
      from (values (true)) one
      left join users u on u.user_pool_id = ${pool.id} and u.username_hash = ${lookup.usernameHash}
      cross join lateral
        twinpool_user_facts(${pool.id}, coalesce(u.sub, ${lookup.absentSub})) f`
}

function factsBySub(sql: Queryable, pool: Pool, sub: string) {
  return sql<StoredAuthRecord[]>`
    select u.sub, u.status, u.is_enabled, u.profile_sealed, u.credential_sealed, u.version,
        u.created_at, u.modified_at, f.*
      from users u, twinpool_user_facts(u.user_pool_id, u.sub) f
     where u.user_pool_id = ${pool.id} and u.sub = ${sub}`
}

function claimByName(sql: Queryable, pool: Pool, lookup: ClaimLookup) {
  return sql<StoredClaim[]>`
    select u.sub, u.status, u.is_enabled, u.profile_sealed, u.credential_sealed, u.version,
        u.created_at, u.modified_at, f.*
      from (values (true)) one
      left join (${byName(sql, pool, lookup)}) u on true
      cross join lateral twinpool_user_facts(${pool.id}, coalesce(u.sub, ${lookup.absentSub})) f`
}

function toClaim(row: StoredClaim): AuthClaimRecord {
  const record = row.sub === null ? undefined : toAuthRecord(row as StoredAuthRecord)
  return { record, failures: row.failures, lastFailureAtMs: row.last_failure_at ?? undefined }
}

function toAuthRecord(row: StoredAuthRecord): UserAuthRecord {
  return {
    user: toSealedUser(row),
    groups: toGroups(row.groups),
    failures: row.failures,
    lastFailureAtMs: row.last_failure_at ?? undefined,
    signedOutAtMs: row.signed_out_at ?? undefined,
  }
}

function toGroups(groups: StoredAuthRecord['groups']): UserAuthRecord['groups'] {
  return (groups ?? []).map((group) => ({
    name: group.name,
    roleArn: group.roleArn ?? undefined,
    precedence: group.precedence ?? undefined,
  }))
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
