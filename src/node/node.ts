// A region node from start to end: migrate, compose, listen, lead, and drain on the way out. No
// rule is decided here. Part of the composition root, as `compose.ts` and `routes.ts` are.

import type { PrometheusMetrics } from '#adapters/metrics/prometheus.js'
import { migrate } from '#adapters/postgres/connection/migrate.js'
import { runAsLeader } from '#adapters/postgres/replication/leader.js'
import { regionalShape } from '#api/cognito/regional-shape.js'
import { createKmsDispatch } from '#api/kms/service.js'
import { type Authenticator, createAuthenticator } from '#api/protocol/authenticate.js'
import type { Dispatch } from '#api/protocol/request.js'
import { createKnownKeys } from '#app/access-keys.js'
import type { AuditTrail } from '#app/audit/trail.js'
import { serviceKeyCanary } from '#app/crypto/service-key-canary.js'
import { ServiceSeal } from '#app/crypto/service-seal.js'
import { type AlarmServices, currentAlarms } from '#app/replication/alarms.js'
import { registerComparisonHandlers } from '#app/replication/comparison-calls.js'
import { registerLinkHandlers } from '#app/replication/link.js'
import { replicationReport } from '#app/replication/replication-report.js'
import { accessKeysOrWait, whatCallersName } from '#app/unfinished-copies.js'
import { type Config, versionOfPackage } from '#config/config.js'
import { Listener } from '#http/listener.js'
import { tracedRoutes } from '#http/traced-routes.js'
import { registerKeyReceiver } from '#kms/link.js'
import { runKmsReconciler } from '#kms/reconciler.js'
import { createKeyReceiver } from '#kms/replicas.js'
import type { KmsServices } from '#kms/services.js'
import { type Metrics, noMetrics } from '#ports/metrics.js'
import type { Triggers } from '#ports/triggers.js'
import { composeKms, composeLink, composeReplication } from './compose.js'
import { type ConsoleParts, composeConsole } from './console.js'
import { composeFlows, type Flows } from './flows.js'
import { composeLeading } from './leadership.js'
import { nodeSources, openMetrics, serveMetrics } from './metrics.js'
import { composeServer } from './routes.js'
import { openStorage, type Runtime, type Storage } from './storage.js'
import { tracingOf } from './tracing.js'
import { composeFunctions } from './triggers.js'

export interface RunningNode {
  /** The port that the endpoint listens on. */
  readonly port: number
  /** What it counts; undefined where the configuration wants no metrics. */
  readonly metrics: PrometheusMetrics | undefined
  /** The port of their page, where this process serves one. */
  readonly metricsPort: number | undefined
  stop(): Promise<void>
}

const KMS_RECONCILE_MS = 1000

/** What a process passes to its node; `triggers` in place of those that call functions. */
export interface NodeRuntime extends Omit<Runtime, 'metrics' | 'tracing'> {
  readonly triggers?: Triggers
  /** The process is the node's own, so that its memory and event loop are the node's, too. */
  readonly measuresProcess?: boolean
  /** Where the pages of the console are, in place of the folder of the package. */
  readonly consoleFolder?: string
}

/** Starts a node and resolves when it serves. */
export async function startNode(config: Config, runtime: NodeRuntime): Promise<RunningNode> {
  const { clock, random, log } = runtime
  const { region, database } = config
  const regions = config.regions.map(({ name }) => name)
  const canary = serviceKeyCanary({ serviceKey: config.serviceKey, random })
  await migrate({ url: database.url, region, regions, log, canary })
  const { measuresProcess = false } = runtime
  const kept = openMetrics('node', config, { clock, measuresProcess })
  const metrics: Metrics = kept ?? noMetrics
  const tracing = tracingOf(config, log)
  const node = composeNode(config, { ...runtime, metrics, tracing })
  const stopping = new AbortController()
  const linkServer = new Listener({
    limits: config.limits,
    routes: tracedRoutes(node.regionLinkServer.routes(), tracing),
    clock,
    random,
    log,
    metrics,
  })
  await linkServer.listen(config.link)
  const sources = node.sources({ endpoint: node.server, link: linkServer })
  for (const source of sources) metrics.addSource(source)
  // The first process of several workers serves one page for all of them.
  const isPageHere = kept !== undefined && config.workers === 1
  const page = isPageHere ? await serveMetrics(config, runtime, () => kept.text()) : undefined
  const port = await node.server.listen(config.listen)
  await node.presence.start()
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
    metrics: kept,
    metricsPort: page?.port,
    async stop() {
      await node.server.close(config.drainTimeoutMs)
      stopping.abort()
      await leading
      await node.presence.stop()
      await linkServer.close(config.drainTimeoutMs)
      await page?.close()
      await node.close()
    },
  }
}

function composeNode(config: Config, runtime: NodeRuntime & Runtime) {
  const { region, accountId } = config
  const { clock, random, log, metrics, tracing, triggers } = runtime
  const storage = openStorage(config, runtime)
  const { link, regionLinkServer } = composeLink(config, runtime)
  const kms = composeKms(config, runtime, { storage, link })
  const { keyService } = kms
  const functions = composeFunctions(config, runtime)
  const flows = composeFlows(config, runtime, { storage, keyService, functions, triggers })
  const replicated = composeReplication(config, runtime, { storage, link, keyService, flows })
  const { replication, verifications, verifyNow, work, replicaControl } = replicated
  const own = { region, clock, log }
  registerLinkHandlers(regionLinkServer, { ...storage, ...own, ...replicated, keyService })
  registerComparisonHandlers(regionLinkServer, { region, comparison: replicated.comparison })
  registerKeyReceiver(regionLinkServer, createKeyReceiver(kms.services))
  const callers = composeCallers(config, runtime, { storage, link, regionLinkServer, flows })
  const { serviceSeal, keys, authenticator, operatorConsole } = callers
  const regions = config.regions.map(({ name }) => name)
  const context = { accountId, region, regions, clock, random, log }
  const { pools, clients, domains, ...stores } = storage
  const services = {
    ...stores,
    ...whatCallersName({ pools, clients, domains }, storage.copies),
    ...flows,
    ...context,
    ...{ keyService, link, replicaControl },
  }
  const kmsParts = { services: kms.services, authenticator, trail: flows.trail }
  const server = composeServer({
    config,
    services,
    ...{ authenticator, operatorConsole },
    admin: {
      ...context,
      ...{ pools, domains, functions, keyService, serviceSeal, verifyNow },
      ...stores,
      ...flows,
      regionalShape,
      issuersOf: (pool) =>
        regions.includes(pool.homeRegion) ? flows.issuers.byType(pool) : undefined,
      ...reportsOf({ ...storage, ...own, replication, verifications }),
      ...{ oneTimeLinks: operatorConsole.links, usagePrices: usagePricesOf(config) },
      accessKeysChanged: () => keys.forget(),
    },
    kmsDispatch: composeKmsDispatch(config, runtime, kmsParts),
    ping: () => storage.ping(),
    ...{ metrics, tracing },
  })
  const leading = composeLeading({ ...storage, ...own, random }, async (signal) => {
    const options = { intervalMs: KMS_RECONCILE_MS, signal }
    await Promise.all([work.run(signal), runKmsReconciler(kms.services, options)])
  })
  return {
    server,
    regionLinkServer,
    work,
    presence: leading.presence,
    sources: (listeners: Parameters<typeof nodeSources>[0]['listeners']) =>
      nodeSources({ ...own, ...replicated, ...leading, ...flows, storage, functions, listeners }),
    runLeaderTasks: leading.run,
    async close() {
      await functions.close()
      await replicated.close()
      await Promise.all([flows.close(), flows.passwordHashes.close()])
      await kms.close()
      await storage.close()
    },
  }
}

/** What a Region says of its replication when it is asked. */
function reportsOf(parts: Parameters<typeof replicationReport>[0] & AlarmServices) {
  return {
    replicationReport: () => replicationReport(parts),
    peerLag: () => parts.replication.lag(),
    alarms: () => currentAlarms(parts),
  }
}

function usagePricesOf({ usage }: Config) {
  return {
    essentials: usage.essentialsPrice,
    plus: usage.plusPrice,
    machineToken: usage.machineTokenPrice,
    machineTokenPercent: usage.machineTokenPercent,
  }
}

/** The API of the embedded KMS. */
function composeKmsDispatch(
  { limits }: Config,
  { metrics, tracing }: Runtime,
  parts: {
    readonly services: KmsServices
    readonly authenticator: Authenticator
    readonly trail: AuditTrail
  },
): Dispatch {
  const { services, authenticator, trail } = parts
  return createKmsDispatch({
    services,
    authenticate: authenticator.forService('kms'),
    concurrentCallsMax: limits.concurrentRequestsMax,
    ...{ metrics, tracing, trail },
  })
}

/** Who may call: the access keys, the check of what they sign, and the console's sessions. */
function composeCallers(
  config: Config,
  runtime: NodeRuntime,
  parts: Pick<ConsoleParts, 'link' | 'regionLinkServer'> & {
    readonly storage: Storage
    readonly flows: Pick<Flows, 'trail'>
  },
) {
  const { clock, random } = runtime
  const { region, accountId, rootAccessKey, edgeAccessKey } = config
  const { clockSkewSeconds } = config.limits
  const { accessKeys, configChanges, copies } = parts.storage
  const serviceSeal = new ServiceSeal({ serviceKey: config.serviceKey, random })
  const keys = createKnownKeys({
    accessKeys: accessKeysOrWait(accessKeys, copies),
    ...{ serviceSeal, rootAccessKey, edgeAccessKey, accountId, clock },
  })
  configChanges.onAccountChange(() => keys.forget())
  configChanges.onReconnect(() => keys.forget())
  const { consoleFolder: folder } = runtime
  const { trail } = parts.flows
  return {
    serviceSeal,
    keys,
    authenticator: createAuthenticator({ keys, region, accountId, clock, clockSkewSeconds }),
    operatorConsole: composeConsole(config, runtime, {
      ...parts,
      trail,
      serviceSeal,
      keys,
      folder,
    }),
  }
}
