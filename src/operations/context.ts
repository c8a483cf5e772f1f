// What a handler gets: the services, the moment, the caller and the pool, typed by the literals of
// its operation.

import type { Clock } from '#base/clock.js'
import type { Logger } from '#base/log.js'
import type { Random } from '#base/random.js'
import type { AccessDecision } from '#domain/iam/policy.js'
import type { IssuerUrls } from '#domain/token/issuer.js'
import type { PoolKeys } from '#flows/encryption/pool-keys.js'
import type { SigningKeyRing } from '#flows/keys/signing.js'
import type { OneTimeCodes } from '#flows/messages/codes.js'
import type { SignIn } from '#flows/sign-in/engine.js'
import type { Recovery } from '#flows/sign-up/recover.js'
import type { Registration } from '#flows/sign-up/register.js'
import type { Verification } from '#flows/sign-up/verification.js'
import type { Tokens, VerifiedUser } from '#flows/tokens/tokens.js'
import type { PoolWork } from '#flows/unit-of-work.js'
import type { UserList } from '#flows/users/user-list.js'
import type { UserRecords } from '#flows/users/user-records.js'
import type { Pool, PrimaryPool, RegionalPool } from '#ports/capability.js'
import type { Copies } from '#ports/copies.js'
import type {
  Client,
  ClientSecret,
  Clients,
  DataKeys,
  Domains,
  Groups,
  Pools,
  Replicas,
  ResourceServers,
  SigningKeys,
  UserCounts,
} from '#ports/directory.js'
import type { KeyService } from '#ports/keys.js'
import type { RegionLink } from '#ports/region-link.js'
import type { RegionalDomains, RegionalSettingsStore } from '#ports/regional.js'
import type { Activations, Revocations, SignOuts } from '#ports/runtime.js'
import type { UnitOfWork } from '#ports/unit-of-work.js'
import type { ReplicaControl } from '#regions/replica-control.js'
import type { ErrorCode } from './errors.js'
import type { Auth, Region } from './operation.js'

/** What handlers may use. Made once, in compose. */
export interface Services {
  readonly accountId: string
  readonly region: string
  /** Regions of the deployment, this one included. */
  readonly regions: readonly string[]
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  /** Control calls to the other Regions. */
  readonly link: RegionLink
  readonly issuers: IssuerUrls
  readonly unitOfWork: UnitOfWork
  readonly poolWork: PoolWork
  readonly copies: Copies
  /** These three say to try again while what is absent may be on its way. */
  readonly pools: Pools
  readonly replicas: Replicas
  readonly clients: Clients
  readonly resourceServers: ResourceServers
  readonly domains: Domains
  readonly regionalDomains: RegionalDomains
  readonly regionalSettings: RegionalSettingsStore
  readonly groups: Groups
  readonly dataKeys: DataKeys
  readonly signingKeys: SigningKeys
  readonly signOuts: SignOuts
  readonly revocations: Revocations
  readonly activations: Activations
  readonly keyService: KeyService
  readonly poolKeys: PoolKeys
  readonly signing: SigningKeyRing
  readonly users: UserRecords
  readonly userCounts: UserCounts
  readonly userList: UserList
  readonly codes: OneTimeCodes
  readonly registration: Registration
  readonly verification: Verification
  readonly recovery: Recovery
  readonly signIn: SignIn
  readonly tokens: Tokens
  readonly replicaControl: ReplicaControl
}

/** A caller who signed the request with an access key. */
export interface IamCaller {
  readonly accessKeyId: string
  readonly arn: string
  /**
   * What the caller's policies say of an action on a resource. `otherName` is the ARN of the same
   * resource in another Region; only denials heed it.
   */
  decide(action: string, resource: string, otherName?: string): AccessDecision
}

/** A signed-in user, by a verified access token. */
export type UserCaller = VerifiedUser

/** An app client with its sealed secrets, as dispatch resolved it. */
export interface ResolvedClient {
  readonly client: Client
  readonly secrets: readonly ClientSecret[]
}

type CallerOf<A extends Auth> = A extends 'iam'
  ? IamCaller
  : A extends 'access-token'
    ? UserCaller
    : undefined

type PoolOf<R extends Region> = R extends 'primary'
  ? PrimaryPool
  : R extends 'regional'
    ? RegionalPool
    : R extends 'any'
      ? Pool
      : undefined

type ClientOf<A extends Auth> = A extends 'iam' ? undefined : ResolvedClient

export interface CallFacts<A extends Auth, R extends Region, E extends ErrorCode> {
  readonly nowMs: number
  readonly requestId: string
  readonly sourceIp: string
  readonly caller: CallerOf<A>
  readonly pool: PoolOf<R>
  readonly client: ClientOf<A>
  /** The ARN of the pool in the serving Region. */
  poolArn(poolId: string): string
  /** Ends the call with an error that the operation declares. */
  fail(code: E, message: string, members?: Readonly<Record<string, unknown>>): never
}

export type Context<
  A extends Auth = Auth,
  R extends Region = Region,
  E extends ErrorCode = ErrorCode,
> = Services & CallFacts<A, R, E>
