// All repositories of a Region's database, made in one place so that compose, tests and tools use
// the same ones. The names are those that handlers know.
import type { Clock } from '#base/clock.js'
import type { Random } from '#base/random.js'
import type { AuditEntries } from '#ports/audit.js'
import type { ConsoleLinks } from '#ports/console-links.js'
import type { UserCounts } from '#ports/directory.js'
import type { KeyHealthRecords } from '#ports/key-health.js'
import type { Nodes } from '#ports/nodes.js'
import type { ProvisionedLimits, RateWindows } from '#ports/rates.js'
import type { DefaultSenderDays } from '#ports/regional.js'
import type { ReplicationSamples } from '#ports/replication-samples.js'
import type { AccessKeys } from '#ports/runtime.js'
import type { SigningCertificates } from '#ports/signing-certificates.js'
import type { TransactionalRepositories, UnitOfWork } from '#ports/unit-of-work.js'
import type { UsageFigures, UsageRows } from '#ports/usage.js'
import type { PoolCache } from './cache/pool-cache.js'
import type { Connection } from './connection/connection.js'
import type { Database } from './connection/database.js'
import { isLostRace } from './connection/errors.js'
import { PostgresClients } from './directory/clients.js'
import { PostgresDevices } from './directory/devices.js'
import { PostgresDomains, PostgresRegionalDomains } from './directory/domains.js'
import { PostgresGroups } from './directory/groups.js'
import { PostgresDataKeys, PostgresSigningKeys } from './directory/keys.js'
import { PostgresPasskeys } from './directory/passkeys.js'
import { PostgresPools } from './directory/pools.js'
import { PostgresQuotaCounts } from './directory/quota-counts.js'
import { PostgresActivations, PostgresReplicas } from './directory/replicas.js'
import { PostgresResourceServers } from './directory/resource-servers.js'
import { PostgresSigningCertificates } from './directory/signing-certificates.js'
import { PostgresUserCounts } from './directory/user-counts.js'
import { PostgresUsers } from './directory/users.js'
import { PostgresAuditEntries } from './regional/audit.js'
import { PostgresCodes } from './regional/codes.js'
import { PostgresConsoleLinks } from './regional/console-links.js'
import { PostgresDefaultSenderDays } from './regional/default-sender-days.js'
import { PostgresKeyHealth } from './regional/key-health.js'
import { PostgresNodes } from './regional/nodes.js'
import { PostgresOutbox } from './regional/outbox.js'
import { PostgresProvisionedLimits, PostgresRateWindows } from './regional/rates.js'
import { PostgresReplicationSamples } from './regional/replication-samples.js'
import { PostgresRegionalSettings } from './regional/settings.js'
import { PostgresUserImports } from './regional/user-imports.js'
import { PostgresJobs } from './replication/jobs.js'
import { PostgresAccessKeys } from './runtime/access-keys.js'
import { PostgresAuthEvents } from './runtime/auth-events.js'
import { PostgresFailedAttempts } from './runtime/failed-attempts.js'
import { PostgresPasskeyUses } from './runtime/passkey-uses.js'
import { PostgresRevocations, PostgresSessions, PostgresSignOuts } from './runtime/sessions.js'
import { PostgresTotpUses } from './runtime/totp-uses.js'
import { PostgresUsage } from './runtime/usage.js'
import { PostgresUserSessions } from './runtime/user-sessions.js'
import { PostgresRotationUses, PostgresUsedSessions } from './runtime/uses.js'

const TRIES_MAX = 5

export interface Repositories extends TransactionalRepositories {
  readonly unitOfWork: UnitOfWork
  readonly userCounts: UserCounts
  readonly defaultSenderDays: DefaultSenderDays
  readonly accessKeys: AccessKeys
  readonly auditEntries: AuditEntries
  readonly rateWindows: RateWindows
  readonly provisionedLimits: ProvisionedLimits
  readonly signingCertificateRows: SigningCertificates
  readonly keyHealth: KeyHealthRecords
  readonly nodes: Nodes
  readonly replicationSamples: ReplicationSamples
  readonly consoleLinks: ConsoleLinks
  readonly usageRows: UsageRows & UsageFigures
}

export function createRepositories(options: {
  database: Database
  cache: PoolCache
  clock: Clock
  random: Random
}): Repositories {
  const { database, cache, clock, random } = options
  const over = (connection: Connection): TransactionalRepositories => ({
    pools: new PostgresPools(connection, cache),
    replicas: new PostgresReplicas(connection, cache),
    clients: new PostgresClients(connection, cache),
    resourceServers: new PostgresResourceServers(connection, cache),
    quotaCounts: new PostgresQuotaCounts(connection),
    domains: new PostgresDomains(connection, cache),
    groups: new PostgresGroups(connection),
    users: new PostgresUsers(connection),
    devices: new PostgresDevices(connection),
    passkeys: new PostgresPasskeys(connection),
    dataKeys: new PostgresDataKeys(connection, cache),
    signingKeys: new PostgresSigningKeys(connection, cache),
    regionalSettings: new PostgresRegionalSettings(connection, cache),
    regionalDomains: new PostgresRegionalDomains(connection, cache),
    codes: new PostgresCodes(connection),
    outbox: new PostgresOutbox(connection),
    signOuts: new PostgresSignOuts(connection),
    revocations: new PostgresRevocations(connection),
    sessions: new PostgresSessions(connection),
    rotationUses: new PostgresRotationUses(connection),
    usedSessions: new PostgresUsedSessions(connection),
    failedAttempts: new PostgresFailedAttempts(connection),
    passkeyUses: new PostgresPasskeyUses(connection),
    totpUses: new PostgresTotpUses(connection),
    userSessions: new PostgresUserSessions(connection),
    authEvents: new PostgresAuthEvents(connection),
    activations: new PostgresActivations(connection, cache),
    jobs: new PostgresJobs(connection, random),
    userImports: new PostgresUserImports(connection),
  })
  return {
    ...over(database),
    unitOfWork: { run: (work) => runUnit(database, (connection) => work(over(connection))) },
    defaultSenderDays: new PostgresDefaultSenderDays(database),
    userCounts: new PostgresUserCounts(database, clock),
    accessKeys: new PostgresAccessKeys(database, cache),
    auditEntries: new PostgresAuditEntries(database),
    rateWindows: new PostgresRateWindows(database),
    provisionedLimits: new PostgresProvisionedLimits(database),
    keyHealth: new PostgresKeyHealth(database),
    nodes: new PostgresNodes(database),
    replicationSamples: new PostgresReplicationSamples(database),
    consoleLinks: new PostgresConsoleLinks(database),
    usageRows: new PostgresUsage(database),
    signingCertificateRows: new PostgresSigningCertificates(database),
  }
}

/** Runs a transaction, and runs it again when it lost a race: nothing of it was written then. */
async function runUnit<T>(
  database: Database,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await database.atomically(work)
    } catch (error) {
      if (tries === TRIES_MAX || !isLostRace(error)) throw error
    }
  }
}
