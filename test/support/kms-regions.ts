// Regions with a KMS each: real databases, the real HTTP face with real signatures, the real region
// link between them. Access keys are kept in memory.
import { KMSClient, KMSServiceException } from '@aws-sdk/client-kms'
import { createKeyService } from '#adapters/kms/key-service.js'
import { HttpsRegionLink } from '#adapters/link/https.js'
import { Database } from '#adapters/postgres/connection/database.js'
import { PostgresKmsAliases } from '#adapters/postgres/kms/aliases.js'
import { PostgresKmsKeys } from '#adapters/postgres/kms/keys.js'
import { systemClock } from '#adapters/system/clock.js'
import { systemRandom } from '#adapters/system/random.js'
import { createKmsDispatch } from '#api/kms/service.js'
import { createAuthenticator } from '#api/protocol/authenticate.js'
import { awsJsonRoutes } from '#api/protocol/aws-json.js'
import { createKnownKeys } from '#app/access-keys.js'
import { accessKeySecretContext, ServiceSeal } from '#app/crypto/service-seal.js'
import { required } from '#base/assert.js'
import { utf8 } from '#base/bytes.js'
import { Listener } from '#http/listener.js'
import { RegionLinkServer } from '#http/region-link/server.js'
import { createKeyReplicator, registerKeyReceiver } from '#kms/link.js'
import { MaterialSeal } from '#kms/material.js'
import { createPoolKms } from '#kms/pool-kms.js'
import { createKeyReceiver } from '#kms/replicas.js'
import type { KmsServices } from '#kms/services.js'
import type { KeyService } from '#ports/keys.js'
import type { AccessKey } from '#ports/runtime.js'
import { cloneDatabase, quietLog, type TestDatabase } from './database.js'
import { takePort } from './ports.js'

export const ACCOUNT = '123456789012'
export const WEST = 'us-west-2'
export const EAST = 'us-east-1'
export const SERVICE_KEY = new Uint8Array(32).fill(7)
const ROOT = { accessKeyId: 'AKIAROOTROOTROOTROOT', secretAccessKey: 'root-secret' }
const SECRET = 'secret-of-every-other-key'

export interface KmsRegion {
  readonly region: string
  readonly endpoint: string
  readonly url: string
  readonly database: Database
  readonly services: KmsServices
  readonly keyService: KeyService
  /** A client that signs as the root key, or as one that `addAccessKey` made. */
  client(accessKeyId?: string): KMSClient
  /** Stops listening for the other Regions. */
  stopLink(): Promise<void>
  startLink(): Promise<void>
}

export interface KmsRegions {
  readonly west: KmsRegion
  readonly east: KmsRegion
  /** An access key with an IAM policy, valid in every Region. */
  addAccessKey(accessKeyId: string, statements: readonly object[]): void
  close(): Promise<void>
}

const LIMITS = {
  bodyBytesMax: 256 * 1024,
  headerBytesMax: 16 * 1024,
  requestTimeoutMs: 10_000,
  headersTimeoutMs: 8_000,
  connectionsMax: 100,
  concurrentRequestsMax: 1000,
}

export async function startKmsRegions(): Promise<KmsRegions> {
  const accessKeys = new Map<string, AccessKey>()
  const serviceSeal = new ServiceSeal({ serviceKey: SERVICE_KEY, random: systemRandom })
  const names = [WEST, EAST]
  const ports = new Map<string, number>()
  for (const name of names) ports.set(name, await takePort())
  const closers: (() => Promise<unknown>)[] = []

  const start = async (region: string): Promise<KmsRegion> => {
    const clone: TestDatabase = await cloneDatabase({ region, regions: names })
    const shared = { region, clock: systemClock, random: systemRandom, log: quietLog }
    const database = new Database({ ...shared, url: clone.url, poolSize: 4 })
    const peers = names.map((name) => ({
      name,
      linkUrl: `http://127.0.0.1:${ports.get(name)}`,
    }))
    const link = new HttpsRegionLink({ ...shared, peers, serviceKey: SERVICE_KEY })
    const services: KmsServices = {
      ...shared,
      accountId: ACCOUNT,
      regions: names,
      keys: new PostgresKmsKeys(database),
      aliases: new PostgresKmsAliases(database),
      material: new MaterialSeal({ ...shared, serviceKey: SERVICE_KEY }),
      replicator: createKeyReplicator(link),
    }
    const face = new RegionLinkServer({
      ...shared,
      regions: names,
      serviceKey: SERVICE_KEY,
      concurrentCallsMax: 100,
    })
    registerKeyReceiver(face, createKeyReceiver(services))
    const keys = createKnownKeys({
      ...shared,
      accessKeys: { find: async (id) => accessKeys.get(id) },
      serviceSeal,
      rootAccessKey: ROOT,
      accountId: ACCOUNT,
    })
    const authenticator = createAuthenticator({
      ...shared,
      keys,
      accountId: ACCOUNT,
      clockSkewSeconds: 300,
    })
    const refuse = async () => ({ status: 500, body: '{}' })
    const kms = createKmsDispatch({
      services,
      authenticate: authenticator.forService('kms'),
      concurrentCallsMax: 100,
    })
    const server = new Listener({
      ...shared,
      limits: LIMITS,
      routes: awsJsonRoutes({ userPools: refuse, admin: refuse, kms }),
    })
    const port = await server.listen({ host: '127.0.0.1', port: 0 })
    let linkServer: Listener | undefined
    const startLink = async () => {
      linkServer = new Listener({ ...shared, limits: LIMITS, routes: face.routes() })
      await linkServer.listen({ host: '127.0.0.1', port: required(ports.get(region), 'port') })
    }
    const stopLink = async () => {
      await linkServer?.close(100)
      linkServer = undefined
    }
    await startLink()
    const endpoint = `http://127.0.0.1:${port}`
    const clients: KMSClient[] = []
    closers.push(async () => {
      for (const client of clients) client.destroy()
      await server.close(500)
      await stopLink()
      await database.close()
      await clone.drop()
    })
    return {
      region,
      endpoint,
      url: clone.url,
      database,
      services,
      keyService: createKeyService({
        ...shared,
        serviceKey: SERVICE_KEY,
        kms: createPoolKms(services),
      }),
      client(accessKeyId) {
        const credentials =
          accessKeyId === undefined ? ROOT : { accessKeyId, secretAccessKey: SECRET }
        const client = new KMSClient({ region, endpoint, credentials, maxAttempts: 1 })
        clients.push(client)
        return client
      },
      stopLink,
      startLink,
    }
  }

  const west = await start(WEST)
  const east = await start(EAST)
  return {
    west,
    east,
    addAccessKey(accessKeyId, statements) {
      accessKeys.set(accessKeyId, {
        accessKeyId,
        secretSealed: serviceSeal.seal(accessKeySecretContext(accessKeyId), utf8(SECRET)),
        policy: { Version: '2012-10-17', Statement: statements },
        createdAtMs: 0,
      })
    },
    async close() {
      for (const close of closers) await close()
    },
  }
}

/** What an error of the SDK must be, for assert.rejects. */
export function kmsError(name: string, message?: string | RegExp): (error: unknown) => boolean {
  return (error) => {
    if (!(error instanceof KMSServiceException)) return false
    const isStatus = error.$metadata.httpStatusCode === (error.$fault === 'server' ? 500 : 400)
    if (error.name !== name || !isStatus) return false
    if (message === undefined) return true
    return typeof message === 'string' ? error.message === message : message.test(error.message)
  }
}
