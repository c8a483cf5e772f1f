// One node of one Region for the tests of operations: the real composition over a database of its
// own, in this process, reached over HTTP by the AWS SDK.
import { randomBytes } from 'node:crypto'
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'
import { KMSClient } from '@aws-sdk/client-kms'
import type { Config } from '#config/config.js'
import { startNode } from '#node/node.js'
import type { Triggers } from '#ports/triggers.js'
import { cloneDatabase } from './database.js'
import { nodeConfig, ROOT_ACCESS_KEY } from './node-config.js'
import { takePort } from './ports.js'

export const REGION = 'us-west-2'

export interface TestServer {
  readonly endpoint: string
  readonly config: Config
  /** Signed by the root key. */
  readonly cognito: CognitoIdentityProviderClient
  readonly kms: KMSClient
  /** Starts another node of the Region over the same database; gives its endpoint. */
  addNode(): Promise<string>
  stop(): Promise<void>
}

/** Options that matter to a test; everything else has a default. */
export interface TestServerOptions {
  readonly keys?: Partial<Config['keys']>
  readonly limits?: Partial<Config['limits']>
  readonly poolSize?: number
  readonly beatMs?: number
  /** In place of none. */
  readonly triggers?: Triggers
}

export async function startServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { triggers, ...settings } = options
  const parts = triggers === undefined ? {} : { triggers }
  const database = await cloneDatabase()
  const [port, linkPort] = [await takePort(), await takePort()]
  const endpoint = `http://localhost:${port}`
  const place = { name: REGION, endpoint, port, linkPort, databaseUrl: database.url }
  const config = nodeConfig(place, {
    places: [place],
    serviceKey: randomBytes(32),
    beatMs: 1000,
    ...settings,
  })
  const nodes = [await startNode(config, parts)]
  const client = { region: REGION, endpoint, credentials: ROOT_ACCESS_KEY, maxAttempts: 1 }
  const cognito = new CognitoIdentityProviderClient(client)
  const kms = new KMSClient(client)
  return {
    endpoint,
    config,
    cognito,
    kms,
    async addNode() {
      const port = await takePort()
      const more = {
        ...config,
        listen: { ...config.listen, port },
        link: { ...config.link, port: await takePort() },
      }
      nodes.push(await startNode(more, parts))
      return `http://localhost:${port}`
    },
    async stop() {
      cognito.destroy()
      kms.destroy()
      await Promise.all(nodes.map((node) => node.stop()))
      await database.drop()
    },
  }
}
