// What a sign-in and the use of a token read of a user: the row, and what decides beside it, in one
// statement. The texts are put together once, from parts that they share. A further column is a
// line here; the SQL functions that did this before could not grow without a new name, since nodes
// of the version before run on the same database during an upgrade.
//
// Such nodes still call `twinpool_user_facts` and `twinpool_failed_attempts`. This version uses
// neither; a migration of a later one may drop them.
import type {
  AuthClaimRecord,
  RefreshRecord,
  UserAuthRecord,
  UserLookup,
} from '#ports/directory.js'
import { statement } from '../connection/values.js'
import { failedAttemptsOf } from '../runtime/failed-attempts.js'
import { type StoredSealedUser, type StoredUser, toSealedUser, USER_COLUMNS } from './user-rows.js'

type AliasKind = NonNullable<UserLookup['alias']>['kind']

interface StoredGroup {
  readonly name: string
  readonly roleArn: string | null
  readonly precedence: number | null
}

interface StoredAuthRecord extends StoredSealedUser {
  readonly groups: readonly StoredGroup[] | null
  readonly failures: number
  readonly last_failure_at: number | null
  readonly signed_out_at: number | null
}

type StoredRefreshRecord = Omit<StoredSealedUser, 'credential_sealed'> &
  Pick<StoredAuthRecord, 'groups' | 'signed_out_at'> & { readonly is_revoked: boolean }

/** A record whose user an outer join may have left empty. */
type StoredClaim = Omit<StoredAuthRecord, keyof StoredSealedUser> & {
  readonly [K in keyof StoredSealedUser]: StoredSealedUser[K] | null
}

/** Expressions of SQL for the user that a part of a statement is about. */
interface Subject {
  readonly pool: string
  readonly sub: string
}

const USER: Subject = { pool: 'u.user_pool_id', sub: 'u.sub' }
/** The user that was found, or the sub that failed attempts count for when there is none. */
const CLAIMED: Subject = { pool: 'asked.pool_id', sub: 'coalesce(u.sub, asked.sub)' }

/** Groups by precedence and name. */
const groupsOf = ({ pool, sub }: Subject) => `
  (select jsonb_agg(jsonb_build_object('name', g.group_name, 'roleArn', g.role_arn,
        'precedence', g.precedence) order by g.precedence nulls last, g.group_name)
     from group_memberships m
     join groups g on g.user_pool_id = m.user_pool_id and g.group_name = m.group_name
    where m.user_pool_id = ${pool} and m.sub = ${sub}) as groups`

/** The latest sign-out in any Region. */
const signedOutAt = ({ pool, sub }: Subject) => `
  (select max(o.signed_out_at) from sign_outs o
    where o.user_pool_id = ${pool} and o.sub = ${sub}) as signed_out_at`

const recordOf = (subject: Subject) => `
  ${USER_COLUMNS}, u.credential_sealed, attempts.failures, attempts.last_failure_at,
  ${groupsOf(subject)}, ${signedOutAt(subject)}`

const attemptsOf = ({ pool, sub }: Subject) => `
  cross join lateral (${failedAttemptsOf(pool, sub)}) attempts`

/** Values: the pool's ID, the user's sub. */
export const recordBySub = statement<StoredAuthRecord>(`
  select ${recordOf(USER)} from users u ${attemptsOf(USER)}
   where u.user_pool_id = $1 and u.sub = $2`)

/**
 * Values: the pool's ID, the user's sub, the session's `origin_jti`. It reads neither the password
 * nor failed attempts.
 */
export const refreshRecord = statement<StoredRefreshRecord>(`
  select ${USER_COLUMNS}, ${groupsOf(USER)}, ${signedOutAt(USER)}, exists (
      select from revocations r where r.user_pool_id = u.user_pool_id and r.origin_jti = $3
    ) as is_revoked
    from users u where u.user_pool_id = $1 and u.sub = $2`)

/** Values: the pool's ID, the hash of the user name, the sub to count for when it has no user. */
export const claimByUsername = statement<StoredClaim>(`
  select ${recordOf(CLAIMED)}
    from (values ($1::text, $3::uuid)) asked (pool_id, sub)
    left join users u on u.user_pool_id = asked.pool_id and u.username_hash = $2
    ${attemptsOf(CLAIMED)}`)

/**
 * The holder of a user name, else of an alias, else of a sub. Each has a unique index. Values: the
 * pool's ID and these three.
 */
const holderOf = (aliasColumn: string) => `
  select * from (
    select *, 0 as place from users where user_pool_id = $1 and username_hash = $2
    union all
    select *, 1 from users where user_pool_id = $1 and ${aliasColumn} = $3
    union all
    select *, 2 from users where user_pool_id = $1 and sub = $4
  ) holders order by place limit 1`

export const userByName = eachAlias((column) => statement<StoredUser>(holderOf(column)))

/** Values: as of `userByName`, and the sub to count for when the name has no user. */
export const claimByName = eachAlias((column) =>
  statement<StoredClaim>(`
    select ${recordOf(CLAIMED)}
      from (values ($1::text, $5::uuid)) asked (pool_id, sub)
      left join (${holderOf(column)}) u on true
      ${attemptsOf(CLAIMED)}`),
)

/**
 * Counts an attempt at a challenge session and reads its user. Values: the pool's ID, the user's
 * sub or null, the session's ID and end, and how many attempts it allows.
 */
export const takenSession = statement<StoredClaim & { readonly is_counted: boolean }>(`
  with taken as (
    insert into used_sessions (user_pool_id, session_id, expires_at) values ($1, $3, $4)
    on conflict (user_pool_id, session_id)
      do update set attempts = used_sessions.attempts + 1 where used_sessions.attempts < $5
    returning true)
  select exists (select from taken) as is_counted, ${recordOf(CLAIMED)}
    from (values ($1::text, $2::uuid)) asked (pool_id, sub)
    left join users u on u.user_pool_id = asked.pool_id and u.sub = asked.sub
    ${attemptsOf(CLAIMED)}`)

function eachAlias<T>(make: (column: string) => T): Record<AliasKind, T> {
  return {
    email: make('email_hash'),
    phone_number: make('phone_number_hash'),
    preferred_username: make('preferred_username_hash'),
  }
}

export function toClaim(row: StoredClaim): AuthClaimRecord {
  const record = row.sub === null ? undefined : toAuthRecord(row as StoredAuthRecord)
  return { record, failures: row.failures, lastFailureAtMs: row.last_failure_at ?? undefined }
}

export function toAuthRecord(row: StoredAuthRecord): UserAuthRecord {
  return {
    user: toSealedUser(row),
    groups: toGroups(row.groups),
    failures: row.failures,
    lastFailureAtMs: row.last_failure_at ?? undefined,
    signedOutAtMs: row.signed_out_at ?? undefined,
  }
}

export function toRefreshRecord(row: StoredRefreshRecord): RefreshRecord {
  const { credentialSealed: _, ...user } = toSealedUser({ ...row, credential_sealed: null })
  return {
    user,
    groups: toGroups(row.groups),
    signedOutAtMs: row.signed_out_at ?? undefined,
    isRevoked: row.is_revoked,
  }
}

function toGroups(groups: StoredAuthRecord['groups']): UserAuthRecord['groups'] {
  return (groups ?? []).map((group) => ({
    name: group.name,
    roleArn: group.roleArn ?? undefined,
    precedence: group.precedence ?? undefined,
  }))
}
