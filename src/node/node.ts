// A region node from start to end: migrate, compose, listen, lead, and drain on the way out. No
// rule is decided here. Part of the composition root, as `compose.ts` and `routes.ts` are.

import { isConnectionError } from '#adapters/postgres/connection/errors.js'
import { migrate } from '#adapters/postgres/connection/migrate.js'
import { runAsLeader } from '#adapters/postgres/replication/leader.js'
import { systemLogger } from '#adapters/system/logger.js'
import { systemRandom as random } from '#adapters/system/random.js'
import type { UnhandledErrors } from '#adapters/system/unhandled-errors.js'
import { createKmsDispatch } from '#api/kms/service.js'
import { createAuthenticator } from '#api/protocol/authenticate.js'
import { serviceKeyCanary } from '#app/crypto/service-key-canary.js'
import { ServiceSeal } from '#app/crypto/service-seal.js'
import { registerComparisonHandlers } from '#app/replication/comparison-calls.js'
import { registerLinkHandlers } from '#app/replication/link.js'
import { replicationReport } from '#app/replication/replication-report.js'
import { accessKeysOrWait, whatCallersName } from '#app/unfinished-copies.js'
import type { Logger } from '#base/log.js'
import type { Config } from '#config/config.js'
import { versionOfPackage } from '#config/version.js'
import { Listener } from '#http/listener.js'
import { registerKeyReceiver } from '#kms/link.js'
import { runKmsReconciler } from '#kms/reconciler.js'
import { createKeyReceiver } from '#kms/replicas.js'
import type { Triggers } from '#ports/triggers.js'
import {
  clockOf,
  composeFlows,
  composeKms,
  composeLink,
  composeReplication,
  openStorage,
} from './compose.js'
import { composeServer } from './routes.js'

export interface RunningNode {
  /** The port that the endpoint listens on. */
  readonly port: number
  stop(): Promise<void>
}

/** The policy of this process for errors that no code handles. */
export type ProcessErrors = Pick<UnhandledErrors, 'refine'>

const KMS_RECONCILE_MS = 1000

/**
 * The driver of the database has questions of its own, such as that for array types as the
 * migrations connect; when a connection dies under one, nobody waits for the answer. The node
 * outlives its database, so this is a line in the log; any other rejection that nobody handles is a
 * bug and ends the process in an orderly way.
 */
function tolerateDriverRejections(config: Config, errors: ProcessErrors): void {
  const log = systemLogger({ level: config.logLevel, fields: { region: config.region } })
  errors.refine({ log, isHarmless: isConnectionError })
}

/** Starts the node of this process, with its policy for errors that no code handles. */
export function runNode(config: Config, errors: ProcessErrors): Promise<RunningNode> {
  tolerateDriverRejections(config, errors)
  return startNode(config)
}

/** Starts a node and resolves when it answers; `parts` stand in for those that it would make. */
export async function startNode(
  config: Config,
  parts: { readonly triggers?: Triggers } = {},
): Promise<RunningNode> {
  const log = systemLogger({ level: config.logLevel, fields: { region: config.region } })
  const { region, database } = config
  const clock = clockOf(config)
  const regions = config.regions.map(({ name }) => name)
  const canary = serviceKeyCanary({ serviceKey: config.serviceKey, random })
  await migrate({ url: database.url, region, regions, log, canary })
  const node = composeNode(config, log, parts)
  const stopping = new AbortController()
  const linkServer = new Listener({
    limits: config.limits,
    routes: node.regionLinkServer.routes(),
    clock,
    random,
    log,
  })
  await linkServer.listen(config.link)
  const port = await node.server.listen(config.listen)
  const { host } = config.listen
  const version = versionOfPackage()
  const { workers } = config
  log.info('node listens', {
    host,
    port,
    link: config.link,
    version,
    node: process.version,
    workers,
  })
  const leading = runAsLeader({
    url: database.url,
    clock,
    log,
    signal: stopping.signal,
    run: (signal) => node.runLeaderTasks(signal),
    onJob: () => node.work.wakeJobs(),
    onCopy: () => node.work.wakeSeeding(),
  })
  return {
    port,
    async stop() {
      await node.server.close(config.drainTimeoutMs)
      stopping.abort()
      await leading
      await linkServer.close(config.drainTimeoutMs)
      await node.close()
    },
  }
}

function composeNode(config: Config, log: Logger, parts: { readonly triggers?: Triggers }) {
  const { region, accountId } = config
  const clock = clockOf(config)
  const storage = openStorage(config, log)
  const { link, regionLinkServer } = composeLink(config, log)
  const kms = composeKms(config, storage, link, log)
  const flows = composeFlows(config, storage, kms.keyService, parts.triggers)
  const replicated = composeReplication({ config, storage, link, flows, log })
  const { replication, digests, comparison, verifications, verifyNow } = replicated
  const { work, replicaControl } = replicated
  const { keyService } = kms
  const own = { region, clock, log }
  registerLinkHandlers(regionLinkServer, { ...storage, ...own, replication, digests, keyService })
  registerComparisonHandlers(regionLinkServer, { region, comparison })
  registerKeyReceiver(regionLinkServer, createKeyReceiver(kms.services))
  const serviceSeal = new ServiceSeal({ serviceKey: config.serviceKey, random })
  const { clockSkewSeconds, concurrentRequestsMax: concurrentCallsMax } = config.limits
  const { rootAccessKey, edgeAccessKey } = config
  const { accessKeys, configChanges } = storage
  const authenticator = createAuthenticator({
    accessKeys: accessKeysOrWait(accessKeys, storage.copies),
    serviceSeal,
    rootAccessKey,
    edgeAccessKey,
    region,
    accountId,
    clock,
    clockSkewSeconds,
  })
  configChanges.onAccountChange(() => authenticator.forget())
  configChanges.onReconnect(() => authenticator.forget())
  const regions = config.regions.map(({ name }) => name)
  const context = { accountId, region, regions, clock, random, log }
  const named = whatCallersName(storage, storage.copies)
  const services = { ...storage, ...flows, ...context, ...named, keyService, link, replicaControl }
  const authenticate = authenticator.forService('kms')
  const server = composeServer({
    config,
    services,
    authenticator,
    admin: {
      ...storage,
      serviceSeal,
      issuerOf: (pool) => (regions.includes(pool.homeRegion) ? flows.issuers.of(pool) : undefined),
      replicationReport: () => replicationReport({ ...storage, replication, verifications }),
      verifyNow,
      peerLag: () => replication.lag(),
      accessKeysChanged: () => authenticator.forget(),
    },
    kmsDispatch: createKmsDispatch({ services: kms.services, authenticate, concurrentCallsMax }),
    ping: () => storage.ping(),
  })
  return {
    server,
    regionLinkServer,
    work,
    async runLeaderTasks(signal: AbortSignal) {
      const options = { intervalMs: KMS_RECONCILE_MS, signal }
      await Promise.all([work.run(signal), runKmsReconciler(kms.services, options)])
    },
    async close() {
      await replicated.close()
      await kms.close()
      await storage.close()
    },
  }
}
