// All repositories of a Region's database, made in one place so that compose, tests and tools use
// the same ones. The names are those that handlers know.
import type { Clock } from '#base/clock.js'
import type {
  Clients,
  DataKeys,
  Domains,
  Groups,
  Pools,
  Replicas,
  ResourceServers,
  SigningKeys,
  Users,
} from '#ports/directory.js'
import type { Codes, Outbox, RegionalDomains, RegionalSettingsStore } from '#ports/regional.js'
import type {
  AccessKeys,
  Activations,
  FailedAttempts,
  Revocations,
  RotationUses,
  Sessions,
  SignOuts,
  UsedSessions,
} from '#ports/runtime.js'
import type { Transactions } from '#ports/transaction.js'
import type { Database } from './database.js'
import { PostgresClients } from './directory/clients.js'
import { PostgresDomains } from './directory/domains.js'
import { PostgresGroups } from './directory/groups.js'
import { PostgresDataKeys, PostgresSigningKeys } from './directory/keys.js'
import { PostgresPools } from './directory/pools.js'
import { PostgresReplicas } from './directory/replicas.js'
import { PostgresResourceServers } from './directory/resource-servers.js'
import { UserCounts } from './directory/user-counts.js'
import { PostgresUsers } from './directory/users.js'
import type { PoolCache } from './pool-cache.js'
import { PostgresCodes } from './regional/codes.js'
import { PostgresRegionalDomains } from './regional/domains.js'
import { PostgresOutbox } from './regional/outbox.js'
import { PostgresRegionalSettings } from './regional/settings.js'
import { PostgresAccessKeys } from './runtime/access-keys.js'
import { PostgresActivations } from './runtime/activations.js'
import { PostgresFailedAttempts } from './runtime/failed-attempts.js'
import { PostgresRevocations, PostgresSessions, PostgresSignOuts } from './runtime/sessions.js'
import { PostgresRotationUses, PostgresUsedSessions } from './runtime/uses.js'
import { createTransactions } from './transaction.js'

export interface Repositories {
  readonly transactions: Transactions
  readonly pools: Pools
  readonly replicas: Replicas
  readonly clients: Clients
  readonly resourceServers: ResourceServers
  readonly domains: Domains
  readonly groups: Groups
  readonly users: Users
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
  readonly activations: Activations
  readonly accessKeys: AccessKeys
}

export function createRepositories(options: {
  database: Database
  cache: PoolCache
  clock: Clock
}): Repositories {
  const { database, cache, clock } = options
  return {
    transactions: createTransactions(database),
    pools: new PostgresPools(database, cache),
    replicas: new PostgresReplicas(database, cache),
    clients: new PostgresClients(database, cache),
    resourceServers: new PostgresResourceServers(database, cache),
    domains: new PostgresDomains(database, cache),
    groups: new PostgresGroups(database),
    users: new PostgresUsers(database, new UserCounts(database, clock)),
    dataKeys: new PostgresDataKeys(database, cache),
    signingKeys: new PostgresSigningKeys(database, cache),
    regionalSettings: new PostgresRegionalSettings(database, cache),
    regionalDomains: new PostgresRegionalDomains(database, cache),
    codes: new PostgresCodes(database),
    outbox: new PostgresOutbox(database),
    signOuts: new PostgresSignOuts(database),
    revocations: new PostgresRevocations(database),
    sessions: new PostgresSessions(database),
    rotationUses: new PostgresRotationUses(database),
    usedSessions: new PostgresUsedSessions(database),
    failedAttempts: new PostgresFailedAttempts(database),
    activations: new PostgresActivations(database, cache),
    accessKeys: new PostgresAccessKeys(database, cache),
  }
}
