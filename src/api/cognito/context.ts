// What a handler gets: the services, the moment, the caller and the pool, typed by the literals of
// its operation.

import type { ErrorCode } from '#api/protocol/errors.js'
import type { IamCaller } from '#api/protocol/request.js'
import type { PasswordTurns } from '#app/accounts/password-turns.js'
import type { UserReader } from '#app/accounts/user-records.js'
import type { AuthSession } from '#app/auth/session.js'
import type { SignInFlows } from '#app/auth/watched.js'
import type { PoolKeys } from '#app/crypto/pool-keys.js'
import type { SigningCertificateRing } from '#app/federation/signing-certificates.js'
import type { OneTimeCodes } from '#app/messages/codes.js'
import type { Deliveries } from '#app/messages/deliveries.js'
import type { ReplicaControl } from '#app/replication/replica-control.js'
import type { ThreatProtection } from '#app/risk/threat-protection.js'
import type { SessionServices } from '#app/sessions/services.js'
import type { SigningKeyRing } from '#app/sessions/signing-keys.js'
import type { VerifiedUser } from '#app/sessions/verify.js'
import type { Throttle } from '#app/throttle/throttle.js'
import type { PoolWork } from '#app/unit-of-work.js'
import type { Region } from '#domain/replica/gate.js'
import type { RequestContext } from '#domain/request-context.js'
import type { IssuerUrls } from '#domain/token/issuer.js'
import type { Pool, PrimaryPool, RegionalPool } from '#ports/capability.js'
import type { Copies } from '#ports/copies.js'
import type { Client, ClientSecret, UserCounts } from '#ports/directory.js'
import type { KeyService } from '#ports/keys.js'
import type { NodeRuntime } from '#ports/node-runtime.js'
import type { PasswordHashes } from '#ports/password-hashes.js'
import type { Quotas } from '#ports/quotas.js'
import type { ProvisionedLimits } from '#ports/rates.js'
import type { RegionLink } from '#ports/region-link.js'
import type { Triggers } from '#ports/triggers.js'
import type { TransactionalRepositories, UnitOfWork } from '#ports/unit-of-work.js'
import type { UsageNotes } from '#ports/usage.js'

/**
 * - `iam`: signed with an access key (SigV4).
 * - `access-token`: `AccessToken` of a signed-in user.
 * - `token-or-session`: `AccessToken`, or else the `Session` of a sign-in that goes on.
 * - `public`: any caller who knows an app client's ID.
 */
export type Auth = 'iam' | 'access-token' | 'token-or-session' | 'public'

/** Repositories that handlers read and write outside of transactions. */
type HandlerRepositories = Pick<
  TransactionalRepositories,
  | 'pools'
  | 'replicas'
  | 'clients'
  | 'resourceServers'
  | 'domains'
  | 'regionalDomains'
  | 'regionalSettings'
  | 'groups'
  | 'dataKeys'
  | 'signingKeys'
  | 'signOuts'
  | 'revocations'
  | 'activations'
  | 'failedAttempts'
  | 'usedSessions'
  | 'passkeys'
  | 'userImports'
  | 'devices'
  | 'authEvents'
>

/**
 * What handlers may use. Made once, in compose. `pools`, `clients` and `domains` say to try again
 * while what is absent may be on its way.
 */
export interface Services extends NodeRuntime, HandlerRepositories {
  /** Control calls to the other Regions. */
  readonly link: RegionLink
  readonly issuers: IssuerUrls
  /** The host at which a user pool domain is reached. */
  readonly domainHost: (pool: Pool, domain: string) => string
  readonly unitOfWork: UnitOfWork
  readonly poolWork: PoolWork
  readonly copies: Copies
  readonly keyService: KeyService
  readonly poolKeys: PoolKeys
  readonly signing: SigningKeyRing
  readonly signingCertificates: SigningCertificateRing
  readonly users: UserReader
  readonly userCounts: UserCounts
  readonly codes: OneTimeCodes
  readonly deliveries: Deliveries
  readonly passwordTurns: PasswordTurns
  readonly passwordHashes: PasswordHashes
  readonly triggers: Triggers
  readonly signIn: SignInFlows
  readonly threats: ThreatProtection
  readonly usage: UsageNotes
  /** For the functions of app/sessions: issue, refresh, revoke, verify. */
  readonly tokens: SessionServices
  readonly replicaControl: ReplicaControl
  readonly provisionedLimits: ProvisionedLimits
  /** How many there can be of what a pool, or the account in this Region, has. */
  readonly quotas: Quotas
  /** How many times its default an adjustable limit may be. */
  readonly adjustableTimesMax: number
  /** Absent where request rates are not enforced. */
  readonly throttle: Throttle | undefined
  /** The URL at which a file for a user import is uploaded. */
  readonly uploadUrl: (upload: { poolId: string; jobId: string; token: string }) => string
}

/** A signed-in user, by a verified access token. */
export type UserCaller = VerifiedUser

/** An app client with its sealed secrets, as `resolve.ts` found it. */
export interface ResolvedClient {
  readonly client: Client
  readonly secrets: readonly ClientSecret[]
}

type CallerOf<A extends Auth> = A extends 'iam'
  ? IamCaller
  : A extends 'access-token'
    ? UserCaller
    : A extends 'token-or-session'
      ? UserCaller | AuthSession
      : undefined

type PoolOf<R extends Region> = R extends 'primary'
  ? PrimaryPool
  : R extends 'regional'
    ? RegionalPool
    : R extends 'any' | 'active'
      ? Pool
      : undefined

type ClientOf<A extends Auth> = A extends 'iam' ? undefined : ResolvedClient

export interface CallContext<A extends Auth, R extends Region> {
  readonly nowMs: number
  /** What the request brings besides its input, for flows that make tokens or call triggers. */
  readonly request: RequestContext
  readonly caller: CallerOf<A>
  readonly pool: PoolOf<R>
  readonly client: ClientOf<A>
  /** The ARN of the pool in the serving Region. */
  poolArn(poolId: string): string
  /** Ends the call with an error, which the contract must declare for the operation. */
  fail(code: ErrorCode, message: string, members?: Readonly<Record<string, unknown>>): never
}

export type Context<A extends Auth = Auth, R extends Region = Region> = Services & CallContext<A, R>
