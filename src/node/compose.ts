// The composition root, which names concrete adapters. It builds the parts of a node from its
// configuration, from the database outwards. Clock, randomness and log come from the entry points,
// so that a test can pass others.
import { createAwsKeyService } from '#adapters/kms/aws-kms.js'
import { createKeyService } from '#adapters/kms/key-service.js'
import { HttpsRegionLink } from '#adapters/link/https.js'
import { PostgresKmsAliases } from '#adapters/postgres/kms/aliases.js'
import { PostgresKmsKeys } from '#adapters/postgres/kms/keys.js'
import { removeExpired } from '#adapters/postgres/regional/expired-rows.js'
import { removeOrphans } from '#adapters/postgres/regional/orphans.js'
import { openDigests } from '#adapters/postgres/replication/digest.js'
import { openReplication, openReplicationSql } from '#adapters/postgres/replication/replication.js'
import { openRowComparison } from '#adapters/postgres/replication/row-comparison.js'
import { openMarking } from '#adapters/postgres/replication/row-membership.js'
import { openVerifications } from '#adapters/postgres/replication/verifications.js'
import { observedKeyService } from '#app/observed/key-service.js'
import { observedLink } from '#app/observed/region-link.js'
import { LeaderTasks } from '#app/replication/leader-tasks.js'
import {
  searchTermsReconciler,
  signingKeysReconciler,
} from '#app/replication/reconcilers/earlier-versions.js'
import { keyHealthReconciler } from '#app/replication/reconcilers/key-health.js'
import type { Reconciler } from '#app/replication/reconcilers/reconciler.js'
import { replicaPeriodsReconciler } from '#app/replication/reconcilers/replica-periods.js'
import { replicationSamplesReconciler } from '#app/replication/reconcilers/replication-samples.js'
import {
  rotationReuseReconciler,
  rotationSweepReconciler,
} from '#app/replication/reconcilers/rotation-reuse.js'
import { signingCertificatesReconciler } from '#app/replication/reconcilers/signing-certificates.js'
import { userImportsReconciler } from '#app/replication/reconcilers/user-imports.js'
import { ReplicaControl } from '#app/replication/replica-control.js'
import { VerifyNow } from '#app/replication/verify-now.js'
import type { Config } from '#config/config.js'
import { monthsBefore } from '#domain/usage/month.js'
import { RegionLinkServer } from '#http/region-link/server.js'
import { createKeyReplicator } from '#kms/link.js'
import { MaterialSeal } from '#kms/material.js'
import { createPoolKms } from '#kms/pool-kms.js'
import type { KmsServices } from '#kms/services.js'
import type { KeyService } from '#ports/keys.js'
import type { RegionLink } from '#ports/region-link.js'
import type { Flows } from './flows.js'
import type { Runtime, Storage } from './storage.js'

const SIGNING_KEYS_MS = 60_000
const SIGNING_CERTIFICATES_MS = 60_000
const ROTATION_SWEEP_MS = 600_000
const SEARCH_TERMS_MS = 60_000
const USER_IMPORTS_MS = 1000
const REPLICA_PERIODS_MS = 60_000
const DAY_MS = 24 * 60 * 60 * 1000

/** The other Regions: control calls to them, and the server of theirs to this one. */
export function composeLink(config: Config, runtime: Runtime) {
  const { clock, random, log, tracing } = runtime
  const { region, serviceKey } = config
  const { concurrentRequestsMax: concurrentCallsMax } = config.limits
  const peers = config.regions
  const regions = peers.map(({ name }) => name)
  const link = new HttpsRegionLink({
    ...{ region, peers, serviceKey, clock, random },
    traceHeaders: tracing?.headers,
  })
  return {
    link: observedLink(link, runtime),
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
  runtime: Runtime,
  { storage, link }: { readonly storage: Storage; readonly link: RegionLink },
) {
  const { clock, random, log } = runtime
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
    const { close } = aws
    return { services, keyService: observedKeyService(aws, runtime), close }
  }
  const embedded = createKeyService({ ...own, kms: createPoolKms(services) })
  const keyService = observedKeyService(embedded, runtime)
  return { services, keyService, close: async () => undefined }
}

/** Removes rows whose time is over. */
async function removeAll(
  { database }: Storage,
  { trail }: Pick<Flows, 'trail'>,
  { usage: { keepMonths, keepEndpointDays }, nowMs }: Pick<Config, 'usage'> & { nowMs: number },
) {
  const usage = {
    monthsFromMs: monthsBefore(nowMs, keepMonths),
    daysFromMs: nowMs - keepEndpointDays * DAY_MS,
  }
  const removed = await removeExpired(database, { nowMs, usage })
  return { ...removed, audit_entries: await trail.removeOld() }
}

interface ReplicationParts {
  readonly storage: Storage
  readonly link: RegionLink
  readonly keyService: KeyService
  readonly flows: Pick<
    Flows,
    'poolKeys' | 'signing' | 'signingCertificates' | 'users' | 'poolWork' | 'trail'
  >
}

/** Replication: this Region's copies of others, others' copies of this one, and the jobs. */
export function composeReplication(config: Config, runtime: Runtime, parts: ReplicationParts) {
  const { clock, random, log } = runtime
  const { storage, link } = parts
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
    signingCertificates: parts.flows.signingCertificates,
    housekeeping: {
      removeExpired: () => removeAll(storage, parts.flows, { ...config, nowMs: clock.nowMs() }),
      removeOrphans: () => removeOrphans(storage.database, { nowMs: clock.nowMs() }),
    },
    heartbeatMs,
    reconcileMs,
    verifyRowsPerSecond,
    reconcilers: [
      ...poolReconcilers(config, runtime, parts),
      replicationSamplesReconciler({ ...storage, replication, verifications, clock }),
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

/** What a Region's leader does for pools besides their replication. */
function poolReconcilers(
  config: Config,
  { clock, random, log, metrics }: Runtime,
  { storage, keyService, flows }: ReplicationParts,
): readonly Reconciler[] {
  const { region, accountId, replication } = config
  return [
    signingKeysReconciler({ ...storage, ...flows, log, intervalMs: SIGNING_KEYS_MS }),
    signingCertificatesReconciler({
      ...{ ...storage, ...flows, clock, log },
      intervalMs: SIGNING_CERTIFICATES_MS,
    }),
    keyHealthReconciler({
      ...{ ...storage, keyService, region, accountId, clock, random, log },
      intervalMs: config.keys.healthCheckSeconds * 1000,
    }),
    rotationReuseReconciler({ ...storage, log, intervalMs: replication.heartbeatMs }),
    replicaPeriodsReconciler({ ...storage, clock, intervalMs: REPLICA_PERIODS_MS }),
    rotationSweepReconciler({ ...storage, intervalMs: ROTATION_SWEEP_MS }),
    userImportsReconciler({
      ...{ clock, random, log, metrics, ...flows },
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
  ]
}
