// One node of one Region in this process: the real composition over a database of its own, reached
// over HTTP by the AWS SDK. And what tests of users need on it: pools, clients, users and their
// codes, made and read through the API only.
import { createHmac, randomBytes } from 'node:crypto'
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  type AttributeType,
  type CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  type CreateUserPoolClientCommandInput,
  CreateUserPoolCommand,
  type CreateUserPoolCommandInput,
  DescribeUserPoolCommand,
  InitiateAuthCommand,
  type UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider'
import type { KMSClient } from '@aws-sdk/client-kms'
import postgres, { type Sql } from 'postgres'
import { required } from '#base/assert.js'
import type { Logger } from '#base/log.js'
import { callAny } from '#cli/signed-call.js'
import type { Config } from '#config/config.js'
import { startNode } from '#node/node.js'
import type { Triggers } from '#ports/triggers.js'
import { cloneDatabase } from './database.js'
import {
  clientsOf,
  type NodePlace,
  nodeConfig,
  placeOn,
  ROOT_ACCESS_KEY,
  runtimeOf,
} from './node-config.js'

export const REGION = 'us-west-2'
export const PASSWORD = 'Correct-horse-7-battery'

export interface OutboxEntry {
  readonly Username: string
  readonly Code: string
  readonly Reason: string
  readonly Medium: string
  readonly Destination: string
  readonly Subject?: string
  readonly Body: string
}

export interface TestClient {
  readonly poolId: string
  readonly clientId: string
  readonly secret: string | undefined
}

export interface TokenStrings {
  readonly access: string
  readonly id: string
  readonly refresh: string
}

/** A node, and clients of it that sign by the root key. */
export interface TestNode {
  readonly endpoint: string
  readonly cognito: CognitoIdentityProviderClient
  readonly kms: KMSClient
}

/** Everything that it starts or opens ends with it. */
export interface TestApi extends TestNode {
  readonly config: Config
  /** Where the page of metrics is, for tests that switched it on. */
  readonly metricsUrl: string
  /** Starts another node of the Region over the same database, with other settings if given. */
  addNode(changed?: Partial<Config>): Promise<TestNode>
  /** Runs with the clocks of the nodes set ahead, and of nothing else. */
  atLater<T>(aheadMs: number, run: () => Promise<T>): Promise<T>
  /** Runs while the clocks of the nodes stand still, so that all of it is within one second. */
  atOnce<T>(run: () => Promise<T>): Promise<T>
  /** A connection that writes as the Region does. */
  openSql(): Sql
  createPool(input: Partial<CreateUserPoolCommandInput>): Promise<UserPoolType>
  describePool(id: string | undefined): Promise<UserPoolType>
  /** As `createPool`; returns the ID. */
  makePool(input?: Partial<CreateUserPoolCommandInput>): Promise<string>
  makeClient(poolId: string, input?: Partial<CreateUserPoolClientCommandInput>): Promise<TestClient>
  /** A user with a lasting password; returns the sub. */
  makeUser(
    poolId: string,
    username: string,
    attributes?: Readonly<Record<string, string>>,
  ): Promise<string>
  /** Messages of the pool for a user, the newest first. */
  messages(poolId: string, username: string): Promise<readonly OutboxEntry[]>
  code(poolId: string, username: string): Promise<string>
  signIn(client: TestClient, username: string, password?: string): Promise<TokenStrings>
  stop(): Promise<void>
}

/** Options that matter to a test; everything else has a default. */
export interface TestApiOptions {
  readonly keys?: Partial<Config['keys']>
  readonly limits?: Partial<Config['limits']>
  readonly quotas?: Partial<Config['quotas']>
  readonly rates?: Partial<Config['rates']>
  readonly messages?: Partial<Config['messages']>
  readonly logDelivery?: Partial<Config['logDelivery']>
  readonly userImport?: Partial<Config['userImport']>
  readonly audit?: Partial<Config['audit']>
  readonly console?: Partial<Config['console']>
  /** Where the pages of the console are. */
  readonly consoleFolder?: string
  readonly metrics?: Partial<Config['metrics']>
  readonly tracing?: Partial<Config['tracing']>
  readonly risk?: Partial<Config['risk']>
  readonly poolSize?: number
  readonly beatMs?: number
  /** In place of those that call functions. */
  readonly triggers?: Triggers
  readonly functions?: Partial<Config['triggers']>
  /** In place of the one that writes to standard error. */
  readonly log?: Logger
}

const FLOWS = [
  'ALLOW_USER_PASSWORD_AUTH',
  'ALLOW_ADMIN_USER_PASSWORD_AUTH',
  'ALLOW_USER_SRP_AUTH',
  'ALLOW_REFRESH_TOKEN_AUTH',
] as const

export async function startTestApi(options: TestApiOptions = {}): Promise<TestApi> {
  const { triggers, functions, log, consoleFolder, ...settings } = options
  let aheadMs = 0
  let stillMs: number | undefined
  const start = (config: Config) => {
    const { clock, ...rest } = runtimeOf(config)
    const ahead = { ...clock, nowMs: () => (stillMs ?? clock.nowMs()) + aheadMs }
    return startNode(config, {
      ...rest,
      clock: ahead,
      ...(triggers && { triggers }),
      ...(log && { log }),
      ...(consoleFolder !== undefined && { consoleFolder }),
    })
  }
  const database = await cloneDatabase()
  const place = await placeOn(REGION, database.url)
  const config = nodeConfig(place, {
    places: [place],
    serviceKey: randomBytes(32),
    beatMs: 1000,
    triggers: functions,
    ...settings,
  })
  const running = [await start(config)]
  const nodes: TestNode[] = [nodeAt(place)]
  const opened: Sql[] = []
  const target = { region: REGION, endpoint: place.endpoint, credentials: ROOT_ACCESS_KEY }
  const { cognito, kms } = required(nodes[0], 'node')
  const messages = async (poolId: string, username: string) => {
    const response = await callAny([target], 'ListOutboxMessages', { UserPoolId: poolId })
    const all = response['Messages'] as readonly OutboxEntry[]
    return all.filter((message) => message.Username === username)
  }
  const createPool = async (input: Partial<CreateUserPoolCommandInput>) => {
    const { UserPool } = await cognito.send(
      new CreateUserPoolCommand({ PoolName: 'people', ...input }),
    )
    return required(UserPool, 'UserPool')
  }
  return {
    endpoint: place.endpoint,
    config,
    metricsUrl: `http://127.0.0.1:${running[0]?.metricsPort}/metrics`,
    cognito,
    kms,
    messages,
    async addNode(changed = {}) {
      const another = await placeOn(REGION, database.url)
      const ports = {
        listen: { ...config.listen, port: another.port },
        link: { ...config.link, port: another.linkPort },
      }
      running.push(await start({ ...config, ...ports, ...changed }))
      const node = nodeAt(another)
      nodes.push(node)
      return node
    },
    async atLater(ms, run) {
      aheadMs = ms
      try {
        return await run()
      } finally {
        aheadMs = 0
      }
    },
    async atOnce(run) {
      stillMs = Date.now()
      try {
        return await run()
      } finally {
        stillMs = undefined
      }
    },
    openSql() {
      const connection = { 'twinpool.region': REGION }
      const sql = postgres(database.url, { max: 2, onnotice: () => undefined, connection })
      opened.push(sql)
      return sql
    },
    async stop() {
      for (const node of nodes) {
        node.cognito.destroy()
        node.kms.destroy()
      }
      await Promise.all(running.map((node) => node.stop()))
      await Promise.all(opened.map((sql) => sql.end({ timeout: 1 })))
      await database.drop()
    },
    createPool,
    async describePool(id) {
      const { UserPool } = await cognito.send(new DescribeUserPoolCommand({ UserPoolId: id }))
      return required(UserPool, 'UserPool')
    },
    async makePool(input = {}) {
      return required((await createPool(input)).Id, 'pool ID')
    },
    async makeClient(poolId, input = {}) {
      const { UserPoolClient } = await cognito.send(
        new CreateUserPoolClientCommand({
          UserPoolId: poolId,
          ClientName: 'app',
          ExplicitAuthFlows: [...FLOWS],
          ...input,
        }),
      )
      const clientId = required(UserPoolClient?.ClientId, 'client ID')
      return { poolId, clientId, secret: UserPoolClient?.ClientSecret }
    },
    async makeUser(UserPoolId, Username, attributes = {}) {
      const { User } = await cognito.send(
        new AdminCreateUserCommand({
          UserPoolId,
          Username,
          MessageAction: 'SUPPRESS',
          UserAttributes: attributeList(attributes),
        }),
      )
      await cognito.send(
        new AdminSetUserPasswordCommand({
          UserPoolId,
          Username,
          Password: PASSWORD,
          Permanent: true,
        }),
      )
      return required(attributesOf(User?.Attributes)['sub'], 'sub')
    },
    async code(poolId, username) {
      return required((await messages(poolId, username))[0], 'a message').Code
    },
    async signIn(client, username, password = PASSWORD) {
      const { AuthenticationResult: result } = await cognito.send(
        new InitiateAuthCommand({
          ClientId: client.clientId,
          AuthFlow: 'USER_PASSWORD_AUTH',
          AuthParameters: { USERNAME: username, PASSWORD: password, ...hashed(client, username) },
        }),
      )
      return {
        access: required(result?.AccessToken, 'access token'),
        id: required(result?.IdToken, 'ID token'),
        refresh: required(result?.RefreshToken, 'refresh token'),
      }
    },
  }
}

function nodeAt(place: NodePlace): TestNode {
  return { endpoint: place.endpoint, ...clientsOf(place) }
}

export function attributeList(attributes: Readonly<Record<string, string>>): AttributeType[] {
  return Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }))
}

export function attributesOf(list: readonly AttributeType[] | undefined): Record<string, string> {
  return Object.fromEntries((list ?? []).map(({ Name, Value }) => [Name ?? '', Value ?? '']))
}

/** SECRET_HASH, made as an app makes it and not as the server does. */
export function secretHash(client: TestClient, username: string): string | undefined {
  if (client.secret === undefined) return undefined
  return createHmac('sha256', client.secret)
    .update(username + client.clientId)
    .digest('base64')
}

/** The AuthParameters member for it, where the client has a secret. */
export function hashed(client: TestClient, username: string): Record<string, string> {
  const hash = secretHash(client, username)
  return hash === undefined ? {} : { SECRET_HASH: hash }
}

/** The claims of a token, unverified. */
export function claimsOf(token: string): Record<string, unknown> {
  const [, payload = ''] = token.split('.')
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Record<string, unknown>
}

/** What `assert.rejects` compares: the error's name and exact message. */
export function failure(name: string, message?: string): { name: string; message?: string } {
  return message === undefined ? { name } : { name, message }
}

export const notAuthorized = (message: string) => failure('NotAuthorizedException', message)
export const invalid = (message?: string) => failure('InvalidParameterException', message)
