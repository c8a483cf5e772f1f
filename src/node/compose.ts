// The composition root, which names concrete adapters. It builds the parts of a node from its
// configuration, from the database outwards. Clock, randomness and log come from the entry points,
// so that a test can pass others.
import { createAwsKeyService } from '#adapters/kms/aws-kms.js'
import { createKeyService } from '#adapters/kms/key-service.js'
import { HttpsRegionLink } from '#adapters/link/https.js'
import { openLogDelivery } from '#adapters/log-delivery/delivery.js'
import { openRoutes } from '#adapters/messages/routes.js'
import { ConfigChangeListener } from '#adapters/postgres/cache/config-change-listener.js'
import { PoolCache } from '#adapters/postgres/cache/pool-cache.js'
import { Database } from '#adapters/postgres/connection/database.js'
import { PostgresKmsAliases } from '#adapters/postgres/kms/aliases.js'
import { PostgresKmsKeys } from '#adapters/postgres/kms/keys.js'
import { removeExpired } from '#adapters/postgres/regional/expired-rows.js'
import { removeOrphans } from '#adapters/postgres/regional/orphans.js'
import { openDigests } from '#adapters/postgres/replication/digest.js'
import { openReplication, openReplicationSql } from '#adapters/postgres/replication/replication.js'
import { openRowComparison } from '#adapters/postgres/replication/row-comparison.js'
import { openMarking } from '#adapters/postgres/replication/row-membership.js'
import { createCopies } from '#adapters/postgres/replication/unfinished-copies.js'
import { openVerifications } from '#adapters/postgres/replication/verifications.js'
import { createRepositories } from '#adapters/postgres/repositories.js'
import { noTriggers } from '#adapters/triggers/none.js'
import { PasswordTurns } from '#app/accounts/password-turns.js'
import { UserRecords } from '#app/accounts/user-records.js'
import { SignIn } from '#app/auth/engine.js'
import { PoolKeys } from '#app/crypto/pool-keys.js'
import { SigningCertificateRing } from '#app/federation/signing-certificates.js'
import { OneTimeCodes } from '#app/messages/codes.js'
import { Deliveries } from '#app/messages/deliveries.js'
import { LeaderTasks } from '#app/replication/leader-tasks.js'
import {
  searchTermsReconciler,
  signingKeysReconciler,
} from '#app/replication/reconcilers/earlier-versions.js'
import {
  rotationReuseReconciler,
  rotationSweepReconciler,
} from '#app/replication/reconcilers/rotation-reuse.js'
import { signingCertificatesReconciler } from '#app/replication/reconcilers/signing-certificates.js'
import { userImportsReconciler } from '#app/replication/reconcilers/user-imports.js'
import { ReplicaControl } from '#app/replication/replica-control.js'
import { VerifyNow } from '#app/replication/verify-now.js'
import { SigningKeyRing } from '#app/sessions/signing-keys.js'
import { Throttle } from '#app/throttle/throttle.js'
import { withCodeSenders } from '#app/triggers/code-senders.js'
import { createCustomerTriggers } from '#app/triggers/customer-triggers.js'
import { reported } from '#app/triggers/reported.js'
import { usersOrWait } from '#app/unfinished-copies.js'
import { PoolWork, type PoolWorkOptions } from '#app/unit-of-work.js'
import type { Clock } from '#base/clock.js'
import type { Logger } from '#base/log.js'
import type { Random } from '#base/random.js'
import type { Config } from '#config/config.js'
import { domainHostOf, domainUrlOf } from '#domain/pool/domain.js'
import { IssuerUrls } from '#domain/token/issuer.js'
import { userImportUrl } from '#http/login/user-import.js'
import { RegionLinkServer } from '#http/region-link/server.js'
import { createKeyReplicator } from '#kms/link.js'
import { MaterialSeal } from '#kms/material.js'
import { createPoolKms } from '#kms/pool-kms.js'
import type { KmsServices } from '#kms/services.js'
import type { Pool } from '#ports/capability.js'
import type { CodeKeys, KeyService } from '#ports/keys.js'
import type { RegionLink } from '#ports/region-link.js'
import type { TriggerFunctions } from '#ports/trigger-functions.js'
import type { Triggers } from '#ports/triggers.js'

/** What a process passes to its node. */
export interface Runtime {
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
}

const SIGNING_KEYS_MS = 60_000
const SIGNING_CERTIFICATES_MS = 60_000
const ROTATION_SWEEP_MS = 600_000
const SEARCH_TERMS_MS = 60_000
const USER_IMPORTS_MS = 1000

/** Everything that is read and written, behind its ports. */
export type Storage = ReturnType<typeof openStorage>

export function openStorage(config: Config, { clock, random, log }: Runtime) {
  const { region } = config
  const { url, poolSize } = config.database
  const database = new Database({ url, poolSize, region, clock, log })
  const configChanges = new ConfigChangeListener({ url, region, clock, log })
  const cache = new PoolCache({ database, configChanges })
  // The names `users` and `codes` are those of the services over these rows.
  const repositories = createRepositories({ database, cache, clock, random })
  const { users: userRows, codes: codeRows, ...others } = repositories
  return {
    ...others,
    userRows,
    codeRows,
    database,
    configChanges,
    copies: createCopies({ database, clock }),
    /** Rejects when the database does not respond. */
    ping: () => database.query((sql) => sql`select`),
    async close() {
      cache.close()
      await configChanges.close()
      await database.close()
    },
  }
}

/** The other Regions: control calls to them, and the server of theirs to this one. */
export function composeLink(config: Config, { clock, random, log }: Runtime) {
  const { region, serviceKey } = config
  const { concurrentRequestsMax: concurrentCallsMax } = config.limits
  const peers = config.regions
  const regions = peers.map(({ name }) => name)
  return {
    link: new HttpsRegionLink({ region, peers, serviceKey, clock, random }),
    regionLinkServer: new RegionLinkServer({
      region,
      regions,
      serviceKey,
      concurrentCallsMax,
      clock,
      random,
      log,
    }),
  }
}

/** The embedded KMS of this Region, and the keys of pools through it or through AWS KMS. */
export function composeKms(
  config: Config,
  { clock, random, log }: Runtime,
  { storage, link }: { readonly storage: Storage; readonly link: RegionLink },
) {
  const { region, accountId, serviceKey } = config
  const services: KmsServices = {
    accountId,
    region,
    regions: config.regions.map(({ name }) => name),
    clock,
    random,
    log,
    keys: new PostgresKmsKeys(storage.database),
    aliases: new PostgresKmsAliases(storage.database),
    material: new MaterialSeal({ serviceKey, region, random }),
    replicator: createKeyReplicator(link),
  }
  const { driver, awsEndpoint } = config.keys
  const own = { serviceKey, region, random }
  if (driver === 'aws-kms') {
    const aws = createAwsKeyService({ ...own, endpoint: awsEndpoint })
    return { services, keyService: aws, close: aws.close }
  }
  const keyService = createKeyService({ ...own, kms: createPoolKms(services) })
  return { services, keyService, close: async () => undefined }
}

/** Replication: this Region's copies of others, others' copies of this one, and the jobs. */
export function composeReplication(
  config: Config,
  { clock, random, log }: Runtime,
  parts: {
    readonly storage: Storage
    readonly link: RegionLink
    readonly flows: Pick<
      Flows,
      'poolKeys' | 'signing' | 'signingCertificates' | 'users' | 'poolWork'
    >
  },
) {
  const { storage, link, flows } = parts
  const { region, regions, accountId } = config
  const { heartbeatMs, reconcileMs, batchRows, verifyRowsPerSecond } = config.replication
  const { url } = config.database
  const { sql, close } = openReplicationSql({ url, region, clock })
  const replication = openReplication({ sql, url, region, regions, clock, random })
  const digests = openDigests(sql)
  const verifications = openVerifications(sql, region)
  const comparison = openRowComparison(sql, region)
  const marking = openMarking({ sql, region, clock, batchRows })
  const compared = { region, clock, log, replication, comparison, verifications, link, marking }
  const work = new LeaderTasks({
    ...storage,
    ...compared,
    accountId,
    digests,
    housekeeping: {
      removeExpired: () => removeExpired(storage.database, { nowMs: clock.nowMs() }),
      removeOrphans: () => removeOrphans(storage.database, { nowMs: clock.nowMs() }),
    },
    heartbeatMs,
    reconcileMs,
    verifyRowsPerSecond,
    reconcilers: [
      signingKeysReconciler({ ...storage, ...flows, log, intervalMs: SIGNING_KEYS_MS }),
      signingCertificatesReconciler({
        ...{ ...storage, ...flows, clock, log },
        intervalMs: SIGNING_CERTIFICATES_MS,
      }),
      rotationReuseReconciler({ ...storage, log, intervalMs: heartbeatMs }),
      rotationSweepReconciler({ ...storage, intervalMs: ROTATION_SWEEP_MS }),
      userImportsReconciler({
        ...{ clock, random, log, ...flows },
        pools: storage.pools,
        userImports: storage.userImports,
        intervalMs: USER_IMPORTS_MS,
      }),
      searchTermsReconciler({
        pools: storage.pools,
        userRows: storage.userRows,
        users: flows.users,
        log,
        intervalMs: SEARCH_TERMS_MS,
      }),
    ],
  })
  return {
    replication,
    digests,
    comparison,
    verifications,
    verifyNow: new VerifyNow(compared),
    work,
    replicaControl: new ReplicaControl(storage),
    close,
  }
}

/** Codes and how they are sent, and the transactions that store what is left of them. */
function composeMessages(
  config: Config,
  { clock, random, log }: Runtime,
  parts: {
    readonly storage: Storage
    readonly poolKeys: PoolKeys
    readonly keyService: Partial<CodeKeys>
    readonly functions?: TriggerFunctions | undefined
  },
) {
  const { storage, poolKeys, keyService, functions } = parts
  const { codeRows, outbox, unitOfWork } = storage
  const { codesPerHourMax } = config.limits
  const codesOver: PoolWorkOptions['codesOver'] = (bound, ciphers) =>
    new OneTimeCodes({ ...bound, poolKeys: ciphers, clock })
  const endpoint = config.regions.find(({ name }) => name === config.region)?.endpoint ?? ''
  const confirmationPage = async (pool: Pool) => {
    const [first] = await storage.domains.list(pool)
    if (first === undefined) return undefined
    const { primaryRegion: region } = pool
    const { domain } = first
    return `${domainUrlOf(config.urls.domain, { domain, region, endpoint })}/confirmUser/`
  }
  const transports = openRoutes({
    config: config.messages,
    region: config.region,
    days: storage.defaultSenderDays,
    clock,
    random,
  })
  const { accountId } = config
  const { generateCodeKey } = keyService
  const senders = functions &&
    generateCodeKey && { functions, codeKeys: { generateCodeKey }, accountId, random }
  const routes = senders ? withCodeSenders(senders, transports) : transports
  const logDelivery = openLogDelivery({
    config: config.logDelivery,
    region: config.region,
    clock,
    random,
    log,
  })
  const made = { codes: codeRows, poolKeys, clock, random, log, logDelivery, codesPerHourMax }
  return {
    codes: codesOver({ codes: codeRows, outbox }, poolKeys),
    logDelivery,
    async closeMessages() {
      routes.close()
      await logDelivery.close()
    },
    deliveries: new Deliveries({ ...made, routes, confirmationPage }),
    poolWork: new PoolWork({ unitOfWork, poolKeys, codesOver }),
  }
}

export type Flows = ReturnType<typeof composeFlows>

/** What happens, over what is stored. */
export function composeFlows(
  config: Config,
  runtime: Runtime,
  parts: {
    readonly storage: Storage
    readonly keyService: KeyService & Partial<CodeKeys>
    /** Without them no trigger is called. */
    readonly functions?: TriggerFunctions
    /** In place of those that call the functions. */
    readonly triggers?: Triggers | undefined
  },
) {
  const { clock, random } = runtime
  const { storage, keyService, functions } = parts
  const { userRows, failedAttempts } = storage
  const poolKeys = new PoolKeys({
    keyService,
    dataKeys: storage.dataKeys,
    clock,
    random,
    accountId: config.accountId,
    ttlMs: config.keys.dataKeyTtlSeconds * 1000,
    usesMax: config.keys.dataKeyUsesMax,
  })
  const issuers = issuersOf(config)
  const signing = new SigningKeyRing({ rows: storage.signingKeys, clock })
  const users = new UserRecords({ users: usersOrWait(userRows, storage.copies), poolKeys })
  const messages = composeMessages(config, runtime, {
    storage,
    poolKeys,
    keyService,
    functions,
  })
  const { poolWork } = messages
  const own = functions && createCustomerTriggers({ functions, poolWork, clock, random })
  const triggers = parts.triggers ?? (own && reported(own, runtime.log)) ?? noTriggers
  const passwordTurns = new PasswordTurns()
  const passwords = { users, ...messages, passwordTurns, failedAttempts, clock, random }
  const { revocations, rotationUses, totpUses, passkeys, passkeyUses, userSessions } = storage
  const sessions = { users, poolKeys, signing, revocations, rotationUses, triggers, issuers }
  const tokens = { ...sessions, userSessions, clock, random }
  return {
    poolKeys,
    issuers,
    adjustableTimesMax: config.rates.adjustableTimesMax,
    throttle: throttleOf(config, { windows: storage.rateWindows, clock }),
    domainHost: domainHosts(config),
    uploadUrl: uploadUrls(config),
    signing,
    signingCertificates: new SigningCertificateRing({
      ...{ clock, random },
      rows: storage.signingCertificateRows,
      ciphers: poolKeys,
    }),
    users,
    tokens,
    ...messages,
    passwordTurns,
    triggers,
    signIn: new SignIn({
      ...passwords,
      poolKeys,
      tokens,
      totpUses,
      passkeys,
      passkeyUses,
      devices: storage.devices,
      isTotpOnSecondary: config.signIn.totpOnSecondary,
      triggers,
    }),
  }
}

function issuersOf({ urls, regions }: Config): IssuerUrls {
  return new IssuerUrls({
    original: urls.originalIssuer,
    updated: urls.updatedIssuer,
    endpoints: new Map(regions.map(({ name, endpoint }) => [name, endpoint])),
  })
}

/** Enforces request rates, where the configuration says so. */
function throttleOf({ rates }: Config, parts: ConstructorParameters<typeof Throttle>[0]) {
  return rates.enforced ? new Throttle(parts) : undefined
}

/** Where files of user imports are uploaded. */
function uploadUrls({ region, regions }: Config) {
  const endpoint = regions.find(({ name }) => name === region)?.endpoint ?? ''
  return (upload: Parameters<typeof userImportUrl>[1]) => userImportUrl(endpoint, upload)
}

/** The hosts of user pool domains. */
function domainHosts({ region: own, regions, urls }: Config) {
  const endpoint = regions.find(({ name }) => name === own)?.endpoint ?? ''
  return ({ primaryRegion: region }: Pool, domain: string): string =>
    domainHostOf(urls.domain, { domain, region, endpoint })
}
