// One node of one Region for the tests of operations: the real composition over a database of its
// own, in this process, reached over HTTP by the AWS SDK.
import { randomBytes } from 'node:crypto'
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'
import { KMSClient } from '@aws-sdk/client-kms'
import type { Config } from '#app/config.js'
import { startNode } from '#app/node.js'
import { cloneDatabase, freePort } from './database.js'

export const ROOT_ACCESS_KEY = {
  accessKeyId: 'AKIAEXAMPLEROOTKEY00',
  secretAccessKey: 'example-secret-of-the-root-key-of-tests',
}

export const REGION = 'us-west-2'
export const ACCOUNT_ID = '123456789012'

export interface TestServer {
  readonly endpoint: string
  readonly config: Config
  /** Signed by the root key. */
  readonly cognito: CognitoIdentityProviderClient
  readonly kms: KMSClient
  stop(): Promise<void>
}

/** Options that matter to a test; everything else has a default. */
export interface TestServerOptions {
  readonly keys?: Partial<Config['keys']>
  readonly limits?: Partial<Config['limits']>
}

export async function startServer(options: TestServerOptions = {}): Promise<TestServer> {
  const database = await cloneDatabase()
  const [port, linkPort] = [await freePort(), await freePort()]
  const endpoint = `http://localhost:${port}`
  const own = {
    name: REGION,
    endpoint,
    linkUrl: `http://127.0.0.1:${linkPort}`,
    databaseUrl: database.url,
  }
  const config: Config = {
    region: REGION,
    accountId: ACCOUNT_ID,
    regions: [own],
    listen: { host: '127.0.0.1', port, trustedProxies: [] },
    link: { host: '127.0.0.1', port: linkPort },
    database: { url: database.url, poolSize: 4 },
    serviceKey: randomBytes(32),
    rootAccessKey: ROOT_ACCESS_KEY,
    urls: {
      originalIssuer: '{endpoint}/{poolId}',
      updatedIssuer: 'http://localhost:4500/issuer/{region}/{poolId}',
      domain: '{endpoint}/domain/{domain}',
    },
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
    keys: {
      driver: 'embedded',
      awsEndpoint: undefined,
      dataKeyTtlSeconds: 60,
      dataKeyUsesMax: 1_000_000,
      ...options.keys,
    },
    replication: {
      heartbeatMs: 1000,
      slotWalBytesMax: 4 * 1024 ** 3,
      batchRows: 5000,
      reconcileMs: 1000,
    },
    logLevel: 'error',
    workers: 1,
    drainTimeoutMs: 2000,
  }
  const node = await startNode(config)
  const client = { region: REGION, endpoint, credentials: ROOT_ACCESS_KEY, maxAttempts: 1 }
  const cognito = new CognitoIdentityProviderClient(client)
  const kms = new KMSClient(client)
  return {
    endpoint,
    config,
    cognito,
    kms,
    async stop() {
      cognito.destroy()
      kms.destroy()
      await node.stop()
      await database.drop()
    },
  }
}
