// Two Regions whose nodes run in this process, each over a cluster of its own, reached over HTTP by
// the AWS SDK. A node can be stopped and started again.
import { randomBytes } from 'node:crypto'
import type { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'
import type { KMSClient } from '@aws-sdk/client-kms'
import postgres from 'postgres'
import { required } from '#base/assert.js'
import type { Config } from '#config/config.js'
import { type RunningNode, startNode } from '#node/node.js'
import { startTestCluster, type TestCluster } from './cluster.js'
import {
  clientsOf,
  type NodePlace,
  nodeConfig,
  placeOn,
  ROOT_ACCESS_KEY,
  runtimeOf,
} from './node-config.js'
import { waitFor } from './wait.js'

export const WEST = 'us-west-2'
export const EAST = 'us-east-1'

export interface RegionNode {
  readonly region: string
  readonly endpoint: string
  readonly databaseUrl: string
  readonly cognito: CognitoIdentityProviderClient
  readonly kms: KMSClient
  start(): Promise<void>
  stop(): Promise<void>
}

/** An `Endpoints` of replicated-pool.ts, too. */
export interface TwoNodes {
  readonly regions: Readonly<Record<string, { readonly endpoint: string }>>
  readonly credentials: typeof ROOT_ACCESS_KEY
  readonly west: RegionNode
  readonly east: RegionNode
  close(): Promise<void>
}

interface Place extends NodePlace {
  readonly cluster: TestCluster
}

export interface TwoNodesOptions {
  /** Settings of the keys of a Region's node that are not the defaults. */
  readonly keys?: (region: string) => Partial<Config['keys']>
  /** The customer's functions of a Region's node. */
  readonly functions?: (region: string) => Partial<Config['triggers']>
  /** How a Region's node sends messages. */
  readonly messages?: (region: string) => Partial<Config['messages']>
  readonly tracing?: Partial<Config['tracing']>
  /** Settings of sign-ins that are not the defaults. */
  readonly signIn?: Partial<Config['signIn']>
  /** Where a Region is for the others, if not where it listens. */
  readonly endpointOf?: (region: string) => string | undefined
}

export async function startTwoNodes(options: TwoNodesOptions = {}): Promise<TwoNodes> {
  const places = await Promise.all([WEST, EAST].map(placeOf))
  const serviceKey = randomBytes(32)
  const shared = { places, serviceKey, beatMs: 500 }
  const configOf = (place: Place): Config => {
    const config = nodeConfig(place, {
      ...shared,
      keys: options.keys?.(place.name),
      triggers: options.functions?.(place.name),
      messages: options.messages?.(place.name),
      tracing: options.tracing,
    })
    const regions = config.regions.map((peer) => {
      const endpoint = peer.name === place.name ? undefined : options.endpointOf?.(peer.name)
      return { ...peer, endpoint: endpoint ?? peer.endpoint }
    })
    return { ...config, regions, signIn: { ...config.signIn, ...options.signIn } }
  }
  const nodes = places.map((place) => nodeAt(place, configOf(place)))
  await Promise.all(nodes.map((node) => node.start()))
  await Promise.all(places.map(untilCopiesAreFinished))
  return {
    west: required(nodes[0], WEST),
    east: required(nodes[1], EAST),
    regions: Object.fromEntries(nodes.map(({ region, endpoint }) => [region, { endpoint }])),
    credentials: ROOT_ACCESS_KEY,
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

/** Until then a node does not say that something is absent. */
async function untilCopiesAreFinished({ name, databaseUrl }: Place): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined })
  const isFinished = async () => (await sql`select twinpool_unfinished_copies()`).length === 0
  await waitFor(isFinished, { what: `the copies of ${name}`, timeoutMs: 30_000 })
  await sql.end()
}

async function placeOf(name: string): Promise<Place> {
  const cluster = await startTestCluster()
  return { ...(await placeOn(name, cluster.urlOf('postgres'))), cluster }
}

function nodeAt(place: Place, config: Config): RegionNode {
  let running: RunningNode | undefined
  return {
    region: place.name,
    endpoint: place.endpoint,
    databaseUrl: place.databaseUrl,
    ...clientsOf(place),
    async start() {
      running = await startNode(config, runtimeOf(config))
    },
    async stop() {
      await running?.stop()
      running = undefined
    },
  }
}
