// The configuration of a node in tests: what a test says, and defaults for the rest; and clients of
// the AWS SDK for it.

import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'
import { KMSClient } from '@aws-sdk/client-kms'
import { clockWithOffset } from '#adapters/system/clock.js'
import { systemLogger } from '#adapters/system/logger.js'
import { systemRandom } from '#adapters/system/random.js'
import type { Logger } from '#base/log.js'
import type { Config } from '#config/config.js'
import type { Runtime } from '#node/storage.js'
import { noMetrics } from '#ports/metrics.js'
import { takePort } from './ports.js'
import { nextRsaKeyPair } from './rsa-key-pairs.js'

export const ROOT_ACCESS_KEY = {
  accessKeyId: 'AKIAEXAMPLEROOTKEY00',
  secretAccessKey: 'example-secret-of-the-root-key-of-tests',
}

export const ACCOUNT_ID = '123456789012'

/** Where a Region is, as its own node and those of the others know it. */
export interface NodePlace {
  readonly name: string
  readonly endpoint: string
  readonly port: number
  readonly linkPort: number
  readonly databaseUrl: string
}

/** A place for a node over a database, with ports of its own. */
export async function placeOn(name: string, databaseUrl: string): Promise<NodePlace> {
  const [port, linkPort] = [await takePort(), await takePort()]
  return { name, endpoint: `http://localhost:${port}`, port, linkPort, databaseUrl }
}

/** Clients that sign by the root key, and try once. */
export function clientsOf({ name, endpoint }: Pick<NodePlace, 'name' | 'endpoint'>) {
  // The SDK writes into what it is given.
  const credentials = { ...ROOT_ACCESS_KEY }
  const options = { region: name, endpoint, credentials, maxAttempts: 1 }
  return { cognito: new CognitoIdentityProviderClient(options), kms: new KMSClient(options) }
}

export interface NodeOptions {
  /** All Regions, this one included. */
  readonly places: readonly NodePlace[]
  readonly serviceKey: Uint8Array
  /** How often heartbeats are written and reconcilers run. */
  readonly beatMs: number
  readonly keys?: Partial<Config['keys']> | undefined
  readonly limits?: Partial<Config['limits']> | undefined
  readonly quotas?: Partial<Config['quotas']> | undefined
  readonly rates?: Partial<Config['rates']> | undefined
  /** The customer's functions. */
  readonly triggers?: Partial<Config['triggers']> | undefined
  readonly messages?: Partial<Config['messages']> | undefined
  readonly logDelivery?: Partial<Config['logDelivery']> | undefined
  /** Connections to the database. */
  readonly poolSize?: number | undefined
  readonly audit?: Partial<Config['audit']> | undefined
  readonly console?: Partial<Config['console']> | undefined
  readonly metrics?: Partial<Config['metrics']> | undefined
  readonly tracing?: Partial<Config['tracing']> | undefined
  readonly userImport?: Partial<Config['userImport']> | undefined
  readonly risk?: Partial<Config['risk']> | undefined
}

/** No events leave the node. */
const NOT_EXPORTED: Config['logDelivery'] = {
  to: 'off',
  awsEndpoint: undefined,
  directory: undefined,
  httpUrl: undefined,
}

/** The embedded KMS. */
const EMBEDDED_KEYS: Config['keys'] = {
  driver: 'embedded',
  awsEndpoint: undefined,
  healthCheckSeconds: 60,
  dataKeyTtlSeconds: 60,
  dataKeyUsesMax: 1_000_000,
}

/** No transport: the outbox keeps every message. */
const OUTBOX_ONLY: Config['messages'] = {
  email: 'outbox',
  sms: 'outbox',
  from: 'no-reply@verificationemail.com',
  smtpUrl: undefined,
  smtpRequireTls: false,
  smtpCaFile: undefined,
  sesEndpoint: undefined,
  snsEndpoint: undefined,
  smsHookUrl: undefined,
  smsHookSecret: undefined,
  timeoutMs: 10_000,
  concurrentMax: 20,
  defaultSenderPerDayMax: 0,
}

const USAGE: Config['usage'] = {
  keepMonths: 24,
  keepEndpointDays: 90,
  essentialsPrice: 0.0045,
  plusPrice: 0.006,
  machineTokenPrice: 0.00225,
  machineTokenPercent: 30,
}

const NO_METRICS: Config['metrics'] = {
  enabled: false,
  host: '127.0.0.1',
  port: 0,
  isPortGiven: true,
}

export function nodeConfig(place: NodePlace, options: NodeOptions): Config {
  return {
    region: place.name,
    accountId: ACCOUNT_ID,
    regions: options.places.map(({ name, endpoint, linkPort, databaseUrl }) => ({
      name,
      endpoint,
      linkUrl: `http://127.0.0.1:${linkPort}`,
      databaseUrl,
    })),
    listen: { host: '127.0.0.1', port: place.port, trustedProxies: [] },
    link: { host: '127.0.0.1', port: place.linkPort },
    database: { url: place.databaseUrl, poolSize: options.poolSize ?? 4 },
    serviceKey: options.serviceKey,
    rootAccessKey: ROOT_ACCESS_KEY,
    edgeAccessKey: undefined,
    urls: {
      originalIssuer: '{endpoint}/{poolId}',
      updatedIssuer: 'http://localhost:4500/issuer/{region}/{poolId}',
      domain: '{endpoint}/domain/{domain}',
    },
    signIn: { totpOnSecondary: true },
    quotas: {
      ...{ userPools: 10_000, clients: 1000, resourceServers: 25, groups: 10_000 },
      ...options.quotas,
    },
    rates: { enforced: false, adjustableTimesMax: 10, ...options.rates },
    limits: {
      bodyBytesMax: 1_048_576,
      headerBytesMax: 32_768,
      requestTimeoutMs: 30_000,
      headersTimeoutMs: 10_000,
      concurrentRequestsMax: 1000,
      connectionsMax: 1000,
      clockSkewSeconds: 300,
      codesPerHourMax: 5,
      ...options.limits,
    },
    keys: { ...EMBEDDED_KEYS, ...options.keys },
    triggers: {
      functions: [],
      awsEndpoint: undefined,
      concurrentCallsMax: 50,
      queuedCallsMax: 500,
      ...options.triggers,
    },
    userImport: { bytesMax: 100_000_000, rowsMax: 500_000, ...options.userImport },
    risk: { locationsFile: undefined, locationsModule: undefined, ...options.risk },
    messages: { ...OUTBOX_ONLY, ...options.messages },
    logDelivery: { ...NOT_EXPORTED, ...options.logDelivery },
    replication: {
      heartbeatMs: options.beatMs,
      slotWalBytesMax: 4 * 1024 ** 3,
      batchRows: 5000,
      reconcileMs: options.beatMs,
      verifyRowsPerSecond: 20_000,
    },
    console: { enabled: true, ...options.console },
    audit: { keepDays: 365, ...options.audit },
    usage: USAGE,
    metrics: { ...NO_METRICS, ...options.metrics },
    tracing: { enabled: false, ...options.tracing },
    testOnly: { clockOffsetMs: 0 },
    logLevel: 'error',
    workers: 1,
    drainTimeoutMs: 2000,
  }
}

/** A logger writes when its process ends, and many nodes of tests live in one process. */
const loggers = new Map<string, Logger>()

function loggerOf({ region, logLevel: level }: Config): Logger {
  const name = `${region} ${level}`
  const logger = loggers.get(name) ?? systemLogger({ level, fields: { region } })
  loggers.set(name, logger)
  return logger
}

/** What a process would give the node: the machine's own, with the clock as configured. */
export function runtimeOf(config: Config): Runtime {
  return {
    clock: clockWithOffset(config.testOnly.clockOffsetMs),
    random: systemRandom,
    log: loggerOf(config),
    metrics: noMetrics,
    makeRsaKeyPair: nextRsaKeyPair,
  }
}
