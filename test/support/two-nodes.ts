// Two Regions whose nodes run in this process, each over a cluster of its own, reached over HTTP by
// the AWS SDK. A node can be stopped and started again.
import { randomBytes } from 'node:crypto'
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'
import { KMSClient } from '@aws-sdk/client-kms'
import type { Config } from '#app/config.js'
import { type RunningNode, startNode } from '#app/node.js'
import { present } from '#base/assert.js'
import { freePort, startTestCluster, type TestCluster } from './database.js'
import { ACCOUNT_ID, ROOT_ACCESS_KEY } from './server.js'

export const WEST = 'us-west-2'
export const EAST = 'us-east-1'

export interface RegionNode {
  readonly region: string
  readonly cognito: CognitoIdentityProviderClient
  readonly kms: KMSClient
  start(): Promise<void>
  stop(): Promise<void>
}

export interface TwoNodes {
  readonly west: RegionNode
  readonly east: RegionNode
  close(): Promise<void>
}

interface Place {
  readonly name: string
  readonly cluster: TestCluster
  readonly endpoint: string
  readonly port: number
  readonly linkPort: number
}

export interface TwoNodesOptions {
  /** Settings of the keys of a Region's node that are not the defaults. */
  readonly keys?: (region: string) => Partial<Config['keys']>
}

export async function startTwoNodes(options: TwoNodesOptions = {}): Promise<TwoNodes> {
  const places = await Promise.all([WEST, EAST].map(placeOf))
  const serviceKey = randomBytes(32)
  const nodes = places.map((place) =>
    nodeAt(place, configOf(place, { places, serviceKey, options })),
  )
  await Promise.all(nodes.map((node) => node.start()))
  return {
    west: present(nodes[0], WEST),
    east: present(nodes[1], EAST),
    async close() {
      await Promise.all(nodes.map((node) => node.stop()))
      for (const node of nodes) {
        node.cognito.destroy()
        node.kms.destroy()
      }
      await Promise.all(places.map(({ cluster }) => cluster.destroy()))
    },
  }
}

async function placeOf(name: string): Promise<Place> {
  const cluster = await startTestCluster()
  const [port, linkPort] = [await freePort(), await freePort()]
  return { name, cluster, endpoint: `http://localhost:${port}`, port, linkPort }
}

interface Deployment {
  readonly places: readonly Place[]
  readonly serviceKey: Uint8Array
  readonly options: TwoNodesOptions
}

function configOf(place: Place, { places, serviceKey, options }: Deployment): Config {
  return {
    region: place.name,
    accountId: ACCOUNT_ID,
    regions: places.map(({ name, endpoint, linkPort, cluster }) => ({
      name,
      endpoint,
      linkUrl: `http://127.0.0.1:${linkPort}`,
      databaseUrl: cluster.urlOf('postgres'),
    })),
    listen: { host: '127.0.0.1', port: place.port, trustedProxies: [] },
    link: { host: '127.0.0.1', port: place.linkPort },
    database: { url: place.cluster.urlOf('postgres'), poolSize: 4 },
    serviceKey,
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
    },
    keys: {
      driver: 'embedded',
      awsEndpoint: undefined,
      dataKeyTtlSeconds: 60,
      dataKeyUsesMax: 1_000_000,
      ...options.keys?.(place.name),
    },
    replication: {
      heartbeatMs: 500,
      slotWalBytesMax: 4 * 1024 ** 3,
      batchRows: 5000,
      reconcileMs: 500,
    },
    logLevel: 'error',
    workers: 1,
    drainTimeoutMs: 2000,
  }
}

function nodeAt(place: Place, config: Config): RegionNode {
  let running: RunningNode | undefined
  const options = {
    region: place.name,
    endpoint: place.endpoint,
    credentials: ROOT_ACCESS_KEY,
    maxAttempts: 1,
  }
  return {
    region: place.name,
    cognito: new CognitoIdentityProviderClient(options),
    kms: new KMSClient(options),
    async start() {
      running = await startNode(config)
    },
    async stop() {
      await running?.stop()
      running = undefined
    },
  }
}
