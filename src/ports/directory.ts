// Repositories of the rows that a pool's primary Region owns. Reads take a Pool, writes take a
// PrimaryPool. Secrets arrive sealed. Absence is `undefined`, an expected conflict is a word.
import type { ClientSettings } from '#domain/client/settings.js'
import type { GlobalSettings, IssuerType } from '#domain/pool/settings.js'
import type { Tier } from '#domain/pool/tier.js'
import type { Activation, ReplicaPhase } from '#domain/replica/machine.js'
import type { Pool, PrimaryPool } from './capability.js'

/** Which page of a list: what comes after an ID, undefined for the first one. */
export interface PageOptions {
  readonly afterId: string | undefined
  readonly limit: number
}

/** A pool about to be created in this Region. */
export interface NewPool {
  readonly id: string
  readonly name: string
  readonly settings: GlobalSettings
  readonly tier: Tier
  readonly issuerType: IssuerType
  readonly kmsKeyArn: string | undefined
  readonly createdAtMs: number
}

/** What an update may change; absent members stay. */
export interface PoolChange {
  readonly name?: string
  readonly settings?: GlobalSettings
  readonly tier?: Tier
  readonly issuerType?: IssuerType
  /** null: back to the service's own key. */
  readonly kmsKeyArn?: string | null
  readonly modifiedAtMs: number
}

/** One entry of ListUserPools. */
export interface PoolSummary {
  readonly id: string
  readonly name: string
  readonly replicaRegions: readonly string[]
  readonly createdAtMs: number
  readonly modifiedAtMs: number
}

/** User pools. The row names its Regions; the primary is the Region that created it. */
export interface Pools {
  /** The pool as this Region sees it, with its regional settings; from the cache. */
  find(poolId: string): Promise<Pool | undefined>
  /** The same, from the database. */
  read(poolId: string): Promise<Pool | undefined>
  insert(pool: NewPool): Promise<'inserted' | 'exists'>
  /** Writes unless the stored row was changed since `pool` was read; its modifiedAtMs grows. */
  update(pool: PrimaryPool, change: PoolChange): Promise<'written' | 'conflict'>
  /** Removes the pool and every row of every family that belongs to it, in this Region. */
  remove(pool: PrimaryPool): Promise<void>
  /** By pool ID, after `afterId`. */
  page(options: PageOptions): Promise<readonly PoolSummary[]>
}

/** A replica row with the statements about it. */
export interface Replica {
  readonly region: string
  readonly phase: ReplicaPhase
  readonly activations: readonly Activation[]
}

/** Replicas of a pool: the secondary Regions. The primary has no row. */
export interface Replicas {
  list(pool: Pool): Promise<readonly Replica[]>
  /** 'exists' as well when the pool has `replicasMax` replicas already, also of other Regions. */
  insert(
    pool: PrimaryPool,
    replica: { targetRegion: string; createdAtMs: number; replicasMax: number },
  ): Promise<'inserted' | 'exists'>
  setPhase(pool: PrimaryPool, region: string, phase: ReplicaPhase): Promise<void>
  remove(pool: PrimaryPool, region: string): Promise<void>
}

/** An app client. */
export interface Client {
  readonly poolId: string
  readonly clientId: string
  readonly name: string
  readonly settings: ClientSettings
  readonly createdAtMs: number
  readonly modifiedAtMs: number
}

/** What an update replaces. */
export interface ClientChange {
  readonly name: string
  readonly settings: ClientSettings
  readonly modifiedAtMs: number
}

/** A sealed client secret. `secretId` is `<client-id>--<epoch-create-time>`. */
export interface ClientSecret {
  readonly clientId: string
  readonly secretId: string
  readonly secretSealed: Uint8Array
  readonly createdAtMs: number
}

/** A client with its secrets, the oldest first. */
export interface FoundClient {
  readonly client: Client
  readonly secrets: readonly ClientSecret[]
  readonly poolId: string
}

/** App clients and their secrets. */
export interface Clients {
  /** The client that an ID alone leads to: the oldest, if pools have it in common. Cached. */
  resolve(clientId: string): Promise<FoundClient | undefined>
  /** The pool's own client of this ID; from the cache as a rule. */
  find(pool: Pool, clientId: string): Promise<FoundClient | undefined>
  page(pool: Pool, options: PageOptions): Promise<readonly Client[]>
  /** Refuses an ID that any pool has here. */
  insert(pool: PrimaryPool, client: Client): Promise<'inserted' | 'exists'>
  /** The client as it is now, unless its stored row was changed or removed since it was read. */
  update(pool: PrimaryPool, client: Client, change: ClientChange): Promise<Client | 'conflict'>
  remove(pool: PrimaryPool, clientId: string): Promise<'removed' | 'absent'>
  /** Refuses when the client has `max` already, or is not there (any more). */
  insertSecret(
    pool: PrimaryPool,
    secret: ClientSecret,
    options: { readonly max: number },
  ): Promise<'inserted' | 'too-many' | 'absent'>
  /** Refuses to take the last one. */
  removeSecret(
    pool: PrimaryPool,
    clientId: string,
    secretId: string,
  ): Promise<'removed' | 'last' | 'absent'>
}

/** A resource server and its scopes. */
export interface ResourceServer {
  readonly identifier: string
  readonly name: string
  readonly scopes: readonly { readonly name: string; readonly description: string }[]
}

/** Resource servers (OAuth 2.0 scopes of machine clients). */
export interface ResourceServers {
  find(pool: Pool, identifier: string): Promise<ResourceServer | undefined>
  page(pool: Pool, options: PageOptions): Promise<readonly ResourceServer[]>
  insert(pool: PrimaryPool, server: ResourceServer): Promise<'inserted' | 'exists'>
  update(pool: PrimaryPool, server: ResourceServer): Promise<'updated' | 'absent'>
  remove(pool: PrimaryPool, identifier: string): Promise<'removed' | 'absent'>
}

/** A user pool domain. */
export interface Domain {
  readonly poolId: string
  readonly domain: string
  /** Kept as given: custom domain, routing and managed login version. */
  readonly settings: Readonly<Record<string, unknown>>
  readonly createdAtMs: number
}

/** Domains of the primary, which serve in every Region. */
export interface Domains {
  /** The pool behind a domain, whether the primary's or this Region's own; from the cache. */
  resolve(domain: string): Promise<Domain | undefined>
  list(pool: Pool): Promise<readonly Domain[]>
  insert(pool: PrimaryPool, domain: Domain): Promise<'inserted' | 'exists'>
  update(pool: PrimaryPool, domain: Domain): Promise<'updated' | 'absent'>
  remove(pool: PrimaryPool, domain: string): Promise<'removed' | 'absent'>
}

/** A group. Users' groups are ordered by precedence, lowest first, then by name. */
export interface Group {
  readonly name: string
  readonly description: string | undefined
  readonly roleArn: string | undefined
  readonly precedence: number | undefined
  readonly createdAtMs: number
  readonly modifiedAtMs: number
}

/** What is undefined stays as it is. */
export type GroupChange = Pick<Group, 'description' | 'roleArn' | 'precedence' | 'modifiedAtMs'>

/** Groups and who is in them. */
export interface Groups {
  find(pool: Pool, name: string): Promise<Group | undefined>
  page(
    pool: Pool,
    options: { afterName: string | undefined; limit: number },
  ): Promise<readonly Group[]>
  insert(pool: PrimaryPool, group: Group): Promise<'inserted' | 'exists'>
  /** Writes what is given and leaves the rest; the group afterwards, if there is one. */
  update(pool: PrimaryPool, name: string, change: GroupChange): Promise<Group | undefined>
  remove(pool: PrimaryPool, name: string): Promise<'removed' | 'absent'>
  /** Adds a member; adding one twice is no error. */
  addMember(pool: PrimaryPool, name: string, sub: string, atMs: number): Promise<void>
  removeMember(pool: PrimaryPool, name: string, sub: string): Promise<void>
  ofUser(
    pool: Pool,
    sub: string,
    options: { afterName: string | undefined; limit: number },
  ): Promise<readonly Group[]>
  members(
    pool: Pool,
    name: string,
    options: { afterSub: string | undefined; limit: number },
  ): Promise<readonly SealedUser[]>
}

/** A user as stored: what may be read without the pool's key, and the sealed rest. */
export interface UserRow {
  readonly sub: string
  readonly usernameHash: Uint8Array
  readonly emailHash: Uint8Array | undefined
  readonly phoneNumberHash: Uint8Array | undefined
  readonly preferredUsernameHash: Uint8Array | undefined
  readonly searchTerms: readonly bigint[]
  readonly status: string
  readonly isEnabled: boolean
  readonly profileSealed: Uint8Array
  readonly credentialSealed: Uint8Array | undefined
  readonly factorsSealed: Uint8Array | undefined
  /** Grows by one with each update. */
  readonly version: number
  readonly createdAtMs: number
  readonly modifiedAtMs: number
}

/** The part of a user's row that opening the user takes. */
export type SealedUser = Omit<
  UserRow,
  'usernameHash' | 'emailHash' | 'phoneNumberHash' | 'preferredUsernameHash' | 'searchTerms'
>

/** How to find a user: by user name, alias or sub. Hashes under the pool's index key. */
export interface UserLookup {
  readonly usernameHash: Uint8Array
  readonly alias?:
    | { readonly kind: 'email' | 'phone_number' | 'preferred_username'; readonly hash: Uint8Array }
    | undefined
  /** A name that is a UUID may be a sub as well. */
  readonly sub?: string | undefined
}

/** Everything a sign-in needs to know of a user, read in one statement. */
export interface UserAuthRecord {
  readonly user: SealedUser
  /** The user's groups in order of precedence. */
  readonly groups: readonly {
    readonly name: string
    readonly roleArn: string | undefined
    readonly precedence: number | undefined
  }[]
  /** Failed password attempts of all Regions since the latest success, and the last one's time. */
  readonly failures: number
  readonly lastFailureAtMs: number | undefined
  /** The latest global sign-out of any Region. */
  readonly signedOutAtMs: number | undefined
}

/** Whom a sign-in may mean: a user by name, alias or sub, or else no user. */
export interface ClaimLookup extends UserLookup {
  /** Whose failures are asked for if there is no such user. */
  readonly absentSub: string
}

/** What a sign-in needs to know of a name, whether it has a user or not. */
export interface AuthClaimRecord {
  readonly record: UserAuthRecord | undefined
  /** Of the user, or of the sub that stands for an absent user. */
  readonly failures: number
  readonly lastFailureAtMs: number | undefined
}

/** What the use of a token needs to know, read in one statement; no password is asked for. */
export interface RefreshRecord extends Pick<UserAuthRecord, 'groups' | 'signedOutAtMs'> {
  readonly user: Omit<SealedUser, 'credentialSealed'>
  readonly isRevoked: boolean
}

/** What ListUsers may narrow by without opening rows. */
export interface UserPageOptions {
  readonly afterSub: string | undefined
  readonly limit: number
  /** Users with any of these terms. */
  readonly terms?: readonly bigint[] | undefined
  readonly sub?: string | undefined
  readonly usernameHash?: Uint8Array | undefined
  readonly status?: string | undefined
  readonly isEnabled?: boolean | undefined
}

/** Users. */
export interface Users {
  findBySub(pool: Pool, sub: string): Promise<UserRow | undefined>
  /** Like `findBySub`; no other caller changes the row until the transaction ends. */
  findForUpdate(pool: Pool, sub: string): Promise<UserRow | undefined>
  find(pool: Pool, lookup: UserLookup): Promise<UserRow | undefined>
  /** Like `findBySub`, with groups, failures and sign-outs. */
  findAuthRecord(pool: Pool, by: { readonly sub: string }): Promise<UserAuthRecord | undefined>
  /** The same for a name: one statement, of one text, whether there is such a user or not. */
  findAuthClaim(pool: Pool, lookup: ClaimLookup): Promise<AuthClaimRecord>
  /**
   * Counts an attempt at a challenge session, as `UsedSessions.take` does, and reads the record of
   * its user, in one statement; a sub without a user has failures.
   */
  takeSession(
    pool: Pool,
    session: { readonly id: string; readonly expiresAtMs: number; readonly sub: string },
    attemptsMax: number,
  ): Promise<'again' | AuthClaimRecord>
  /** The record of a token's user, and whether its session was revoked in any Region. */
  findRefreshRecord(
    pool: Pool,
    session: { readonly sub: string; readonly originJti: string },
  ): Promise<RefreshRecord | undefined>
  page(pool: Pool, options: UserPageOptions): Promise<readonly SealedUser[]>
  /** Pools with users whose search terms are of an earlier version; by ID. */
  poolsWithOldTerms(options: {
    readonly afterId: string
    readonly limit: number
  }): Promise<readonly string[]>
  /** A page of those users, by sub. */
  withOldTerms(
    pool: Pool,
    options: { readonly afterSub: string | undefined; readonly limit: number },
  ): Promise<readonly SealedUser[]>
  /** Replaces the search terms and nothing else, if the stored version is still `user.version`. */
  setSearchTerms(
    pool: PrimaryPool,
    user: Pick<UserRow, 'sub' | 'version' | 'searchTerms'>,
  ): Promise<'written' | 'conflict'>
  insert(pool: PrimaryPool, user: UserRow): Promise<InsertedUser>
  /** Writes the row if its stored version is still `user.version`, which then grows by one. */
  update(pool: PrimaryPool, user: UserRow): Promise<UpdatedUser>
  remove(pool: PrimaryPool, sub: string): Promise<'removed' | 'absent'>
}

/** How many users there are. */
export interface UserCounts {
  /** An estimate that is exact for small pools (EstimatedNumberOfUsers). */
  estimate(pool: Pool): Promise<number>
}

/** Outcome of an insert: which claim another user holds already. */
export type InsertedUser = 'inserted' | 'username-exists' | 'alias-exists'

/** Outcome of an update. */
export type UpdatedUser = 'updated' | 'conflict' | 'absent' | 'alias-exists'

/** A wrapped data key. The plaintext exists only in memory, inside a PoolCipher. */
export interface DataKey {
  readonly id: string
  readonly purpose: 'data' | 'index' | 'token'
  /** ARN, in the primary Region, of the key that wraps it; absent: the service's own. */
  readonly kmsKeyArn: string | undefined
  readonly wrapped: Uint8Array
  /**
   * The encryption context of `wrapped`: the ARN of the pool in its home Region. Absent in rows of
   * earlier versions, which had no other.
   */
  readonly encryptionContext: string | undefined
  readonly createdAtMs: number
}

/** Wrapped data keys of a pool. */
export interface DataKeys {
  list(pool: Pool): Promise<readonly DataKey[]>
  insert(poolId: string, key: DataKey): Promise<void>
  /** Replaces the wrapping, the key inside being the same: all rows or none. */
  rewrap(pool: PrimaryPool, keys: readonly DataKey[]): Promise<void>
}
