// The composition root: the only file that names concrete adapters. It builds a node from its
// configuration, from the database outwards, and says how the node starts and stops.
import { createOutboxSender } from '#adapters/messages/outbox.js'
import { type Database, openDatabase } from '#adapters/postgres/database.js'
import { PostgresClients } from '#adapters/postgres/directory/clients.js'
import { PostgresDomains } from '#adapters/postgres/directory/domains.js'
import { PostgresGroups } from '#adapters/postgres/directory/groups.js'
import { PostgresDataKeys, PostgresSigningKeys } from '#adapters/postgres/directory/keys.js'
import { PostgresPools } from '#adapters/postgres/directory/pools.js'
import { PostgresReplicas } from '#adapters/postgres/directory/replicas.js'
import { PostgresResourceServers } from '#adapters/postgres/directory/resource-servers.js'
import { UserCounts } from '#adapters/postgres/directory/user-counts.js'
import { PostgresUsers } from '#adapters/postgres/directory/users.js'
import { type Notices, openNotices } from '#adapters/postgres/notices.js'
import { createPoolCache, type PoolCache } from '#adapters/postgres/pool-cache.js'
import { PostgresCodes } from '#adapters/postgres/regional/codes.js'
import { PostgresRegionalDomains } from '#adapters/postgres/regional/domains.js'
import { PostgresOutbox } from '#adapters/postgres/regional/outbox.js'
import { PostgresRegionalSettings } from '#adapters/postgres/regional/settings.js'
import { PostgresAccessKeys } from '#adapters/postgres/runtime/access-keys.js'
import { PostgresActivations } from '#adapters/postgres/runtime/activations.js'
import { PostgresFailedAttempts } from '#adapters/postgres/runtime/failed-attempts.js'
import { PostgresRevocations, PostgresSignOuts } from '#adapters/postgres/runtime/sessions.js'
import { PostgresRotationUses, PostgresUsedSessions } from '#adapters/postgres/runtime/uses.js'
import { createTransactions } from '#adapters/postgres/transaction.js'
import { systemClock as clock } from '#adapters/system/clock.js'
import { systemRandom as random } from '#adapters/system/random.js'
import type { Logger } from '#base/log.js'
import { IssuerUrls } from '#domain/token/issuer.js'
import { PoolKeys } from '#flows/encryption/pool-keys.js'
import { SigningKeyRing } from '#flows/keys/signing.js'
import { OneTimeCodes } from '#flows/messages/codes.js'
import { sealOutboxMessage } from '#flows/messages/outbox-seal.js'
import { SignIn } from '#flows/sign-in/engine.js'
import { Recovery } from '#flows/sign-up/recover.js'
import { Registration } from '#flows/sign-up/register.js'
import { Verification } from '#flows/sign-up/verification.js'
import { Tokens } from '#flows/tokens/tokens.js'
import { UserList } from '#flows/users/user-list.js'
import { UserRecords } from '#flows/users/user-records.js'
import type { KeyService } from '#ports/keys.js'
import type { Config } from './config.js'

/** Everything that is read and written, behind its ports. */
export type Storage = ReturnType<typeof composeStorage>

/** The database, its notices and the cache that they keep true. */
export function openStorage(config: Config, log: Logger) {
  const { region } = config
  const { url, poolSize } = config.database
  const database = openDatabase({ url, poolSize, region, clock, log })
  const notices = openNotices({ url, region, clock, log })
  const cache = createPoolCache({ database, notices })
  return { database, notices, cache }
}

export function composeStorage(opened: {
  database: Database
  notices: Notices
  cache: PoolCache
}) {
  const { database, cache } = opened
  return {
    ...opened,
    transactions: createTransactions(database),
    pools: new PostgresPools(database, cache),
    replicas: new PostgresReplicas(database, cache),
    clients: new PostgresClients(database, cache),
    resourceServers: new PostgresResourceServers(database, cache),
    domains: new PostgresDomains(database, cache),
    groups: new PostgresGroups(database),
    dataKeys: new PostgresDataKeys(database, cache),
    signingKeys: new PostgresSigningKeys(database, cache),
    users: new PostgresUsers(database, new UserCounts(database, clock)),
    regionalDomains: new PostgresRegionalDomains(database, cache),
    regionalSettings: new PostgresRegionalSettings(database, cache),
    codes: new PostgresCodes(database),
    outbox: new PostgresOutbox(database),
    accessKeys: new PostgresAccessKeys(database, cache),
    activations: new PostgresActivations(database, cache),
    failedAttempts: new PostgresFailedAttempts(database),
    signOuts: new PostgresSignOuts(database),
    revocations: new PostgresRevocations(database),
    rotationUses: new PostgresRotationUses(database),
    usedSessions: new PostgresUsedSessions(database),
  }
}

/** What happens, over what is stored. */
export function composeFlows(config: Config, storage: Storage, keyService: KeyService) {
  const { users: userRows, transactions, failedAttempts, usedSessions } = storage
  const poolKeys = new PoolKeys({
    keyService,
    dataKeys: storage.dataKeys,
    clock,
    random,
    accountId: config.accountId,
    ttlMs: config.keys.dataKeyTtlSeconds * 1000,
    usesMax: config.keys.dataKeyUsesMax,
  })
  const issuers = new IssuerUrls({
    original: config.urls.originalIssuer,
    updated: config.urls.updatedIssuer,
    endpoints: new Map(config.regions.map(({ name, endpoint }) => [name, endpoint])),
  })
  const signing = new SigningKeyRing({ rows: storage.signingKeys, clock })
  const users = new UserRecords({ users: userRows, poolKeys })
  const sender = createOutboxSender({
    outbox: storage.outbox,
    seal: (pool, messageId, message) => sealOutboxMessage(poolKeys, pool, messageId, message),
    clock,
    random,
  })
  const codes = new OneTimeCodes({ codes: storage.codes, sender, poolKeys, clock, random })
  const { revocations, rotationUses } = storage
  const tokens = new Tokens({
    users,
    poolKeys,
    signing,
    revocations,
    rotationUses,
    issuers,
    clock,
    random,
  })
  return {
    poolKeys,
    issuers,
    signing,
    users,
    tokens,
    userList: new UserList({ users, poolKeys, random }),
    registration: new Registration({ users, codes, transactions, clock, random }),
    verification: new Verification({ users, codes, transactions, clock }),
    recovery: new Recovery({ users, codes, failedAttempts, clock, random }),
    signIn: new SignIn({ users, poolKeys, tokens, failedAttempts, usedSessions, clock, random }),
  }
}
