// One database transaction for writes that hold together. The work gets repositories that are bound
// to the transaction's connection, under the names and types of the unbound ones, so a statement
// cannot be left out of it by forgetting an argument. Reads that are served from memory are
// missing: a miss would load over a second connection, and with as many transactions as connections
// none could go on. What they know is read before the transaction begins.
//
// The work may be run again from its beginning when the transaction lost a race (a name that was
// free when it looked, a deadlock): it must change nothing outside of its repositories.

import type { AuthEvents } from './auth-events.js'
import type { Devices } from './devices.js'
import type {
  Clients,
  DataKeys,
  Domains,
  Groups,
  Pools,
  Replicas,
  ResourceServers,
  Users,
} from './directory.js'
import type { Jobs } from './jobs.js'
import type { Passkeys, PasskeyUses } from './passkeys.js'
import type { QuotaCounts } from './quotas.js'
import type { Codes, Outbox, RegionalDomains, RegionalSettingsStore } from './regional.js'
import type {
  Activations,
  FailedAttempts,
  Revocations,
  RotationUses,
  Sessions,
  SignOuts,
  TotpUses,
  UsedSessions,
} from './runtime.js'
import type { SigningKeys } from './signing-keys.js'
import type { UserImports } from './user-imports.js'
import type { UserSessions } from './user-sessions.js'

/** The repositories that can take part in a transaction. */
export interface TransactionalRepositories {
  readonly pools: Pools
  readonly replicas: Replicas
  readonly clients: Clients
  readonly resourceServers: ResourceServers
  readonly quotaCounts: QuotaCounts
  readonly domains: Domains
  readonly groups: Groups
  readonly users: Users
  readonly passkeys: Passkeys
  readonly devices: Devices
  readonly dataKeys: DataKeys
  readonly signingKeys: SigningKeys
  readonly regionalSettings: RegionalSettingsStore
  readonly regionalDomains: RegionalDomains
  readonly codes: Codes
  readonly outbox: Outbox
  readonly signOuts: SignOuts
  readonly revocations: Revocations
  readonly sessions: Sessions
  readonly rotationUses: RotationUses
  readonly usedSessions: UsedSessions
  readonly failedAttempts: FailedAttempts
  readonly totpUses: TotpUses
  readonly userSessions: UserSessions
  readonly authEvents: AuthEvents
  readonly passkeyUses: PasskeyUses
  readonly activations: Activations
  readonly jobs: Jobs
  readonly userImports: UserImports
}

/** Those of which a transaction has only what is not served from memory. */
interface NarrowedRepositories {
  readonly pools: Omit<Pools, 'find'>
  readonly clients: Omit<Clients, 'resolve' | 'find'>
  readonly resourceServers: Pick<ResourceServers, 'insert' | 'update' | 'remove'>
  readonly domains: Omit<Domains, 'resolve'>
  readonly dataKeys: Omit<DataKeys, 'list'>
  readonly signingKeys: Omit<SigningKeys, 'list' | 'poolsWithout'>
  readonly jobs: Pick<Jobs, 'insert'>
}

/** Repositories over the connection of one transaction. */
export interface BoundRepositories
  extends Omit<TransactionalRepositories, keyof NarrowedRepositories>,
    NarrowedRepositories {}

/** Runs `work` in one transaction: all of its writes happen, or none. */
export interface UnitOfWork {
  run<T>(work: (bound: BoundRepositories) => Promise<T>): Promise<T>
}
