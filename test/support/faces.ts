// A node's HTTP faces over small fakes: the real server, the real signatures and the real dispatch,
// with a Region behind it that has no pool.
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { Sha256 } from '@aws-crypto/sha256-js'
import { SignatureV4 } from '@smithy/signature-v4'
import { systemRandom } from '#adapters/system/random.js'
import type { AdminServices } from '#api/admin/admin-operation.js'
import { createAdminDispatch } from '#api/admin/service.js'
import type { Services } from '#api/cognito/context.js'
import { createUserPoolsDispatch, userPoolsOperations } from '#api/cognito/service.js'
import { type Authenticator, createAuthenticator } from '#api/protocol/authenticate.js'
import { awsJsonRoutes } from '#api/protocol/aws-json.js'
import type { ApiRequest } from '#api/protocol/request.js'
import { createKnownKeys } from '#app/access-keys.js'
import { ServiceSeal } from '#app/crypto/service-seal.js'
import type { Clock } from '#base/clock.js'
import type { Logger } from '#base/log.js'
import { Listener } from '#http/listener.js'
import type { Route } from '#http/route.js'
import type { AccessKey, AccessKeys } from '#ports/runtime.js'

export const ROOT = { accessKeyId: 'AKIAROOTROOTROOTROOT', secretAccessKey: 'root-secret/+root' }
export const EDGE = { accessKeyId: 'AKIAEDGEEDGEEDGEEDGE', secretAccessKey: 'edge-secret' }
export const REGION = 'us-west-2'
export const ACCOUNT = '123456789012'

export interface LogLine {
  readonly level: string
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

export interface Faces {
  readonly port: number
  readonly host: string
  readonly logs: readonly LogLine[]
  /** The requests that reached the KMS face, which is a recorder. */
  readonly kmsRequests: readonly ApiRequest[]
  setNow(nowMs: number): void
  /** Forgets opened access keys, as a notice of the database does. */
  forgetKeys(): void
  close(): Promise<void>
}

function clockAt(nowMs: () => number): Clock {
  return {
    nowMs,
    wait: (_delayMs, signal) =>
      new Promise((resolve) => signal?.addEventListener('abort', () => resolve(false))),
  }
}

function recordLogs(): { readonly logs: LogLine[]; readonly log: Logger } {
  const logs: LogLine[] = []
  const write =
    (level: string): Logger['info'] =>
    (message, fields = {}) =>
      void logs.push({ level, message, fields })
  return {
    logs,
    log: {
      debug: write('debug'),
      info: write('info'),
      warn: write('warn'),
      error: write('error'),
    },
  }
}

function keysInMemory(): AccessKeys {
  const keys = new Map<string, AccessKey>()
  return {
    find: async (id) => keys.get(id),
    list: async () => [...keys.values()],
    insert: async (key) => void keys.set(key.accessKeyId, key),
    remove: async (id) => (keys.delete(id) ? 'removed' : 'absent'),
  }
}

const LIMITS = {
  bodyBytesMax: 64 * 1024,
  headerBytesMax: 16 * 1024,
  requestTimeoutMs: 5000,
  headersTimeoutMs: 4000,
  connectionsMax: 100,
  concurrentRequestsMax: 1000,
}

/** Every operation with what is checked before it runs, and none that does. */
const NONE_IMPLEMENTED = Object.fromEntries(
  Object.values(userPoolsOperations).map(({ name, auth, region }) => [
    name,
    { name, auth, region, run: undefined },
  ]),
)

function servicesOf(
  authenticator: Authenticator,
  services: object,
  kmsRequests: ApiRequest[],
  more: {
    readonly accessKeys: AccessKeys
    readonly serviceSeal: ServiceSeal
    readonly concurrentCallsMax: number
    readonly outbox: () => Promise<readonly []>
    readonly accessKeysChanged: () => void
  },
): readonly Route[] {
  const { concurrentCallsMax, outbox, ...secrets } = more
  const authenticateKms = authenticator.forService('kms')
  return awsJsonRoutes({
    userPools: createUserPoolsDispatch({
      services: services as unknown as Services,
      operations: NONE_IMPLEMENTED,
      authenticate: authenticator.forService('cognito-idp'),
      concurrentCallsMax,
    }),
    kms: async (request) => {
      kmsRequests.push(request)
      await authenticateKms(request)
      return { status: 200, body: '{"Keys":[]}' }
    },
    admin: createAdminDispatch({
      services: {
        ...services,
        ...secrets,
        outbox: { list: outbox },
        replicationReport: async () => [],
        peerLag: async () => [],
        poolKeys: { leaseMs: 60_000 },
      } as unknown as AdminServices,
      authenticate: authenticator.forService('twinpool'),
      concurrentCallsMax,
    }),
  })
}

/** Starts the faces on a free port. */
export async function startFaces(
  options: {
    bodyBytesMax?: number
    requestTimeoutMs?: number
    trustedProxies?: readonly string[]
    concurrentCallsMax?: number
    /** What the outbox returns. */
    outbox?: () => Promise<readonly []>
  } = {},
): Promise<Faces> {
  const { logs, log } = recordLogs()
  let now: number | undefined
  const clock = clockAt(() => now ?? Date.now())
  const serviceSeal = new ServiceSeal({
    serviceKey: new Uint8Array(32).fill(7),
    random: systemRandom,
  })
  const accessKeys = keysInMemory()
  const keys = createKnownKeys({
    accessKeys,
    serviceSeal,
    rootAccessKey: ROOT,
    edgeAccessKey: EDGE,
    accountId: ACCOUNT,
    clock,
  })
  const authenticator = createAuthenticator({
    keys,
    region: REGION,
    accountId: ACCOUNT,
    clock,
    clockSkewSeconds: 300,
  })
  const absent = async () => undefined
  const shared = { accountId: ACCOUNT, region: REGION, regions: [REGION], clock, log }
  const services = {
    ...shared,
    random: systemRandom,
    pools: { find: absent, page: async () => [] },
    clients: { resolve: absent },
    domains: { resolve: absent, list: async () => [] },
  }
  const kmsRequests: ApiRequest[] = []
  const { trustedProxies = [], concurrentCallsMax = 100, ...given } = options
  const { outbox = async () => [] as const, ...limits } = given
  const server = new Listener({
    limits: { ...LIMITS, ...limits },
    trustedProxies,
    routes: servicesOf(authenticator, services, kmsRequests, {
      accessKeys,
      serviceSeal,
      concurrentCallsMax,
      outbox,
      accessKeysChanged: keys.forget,
    }),
    clock,
    random: systemRandom,
    log,
  })
  const port = await server.listen({ host: '127.0.0.1', port: 0 })
  return {
    port,
    host: `127.0.0.1:${port}`,
    logs,
    kmsRequests,
    setNow: (nowMs) => {
      now = nowMs
    },
    forgetKeys: keys.forget,
    close: () => server.close(1000),
  }
}

export interface WireRequest {
  readonly method?: string
  readonly path?: string
  /** Pairs, so that names repeat and keep their case. */
  readonly headers?: Readonly<Record<string, string | string[]>>
  readonly body?: string | Uint8Array
}

export interface WireResponse {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** The body as JSON, or an empty object. */
  readonly json: Readonly<Record<string, unknown>>
}

/** Sends exactly this. */
export function send(port: number, wire: WireRequest): Promise<WireResponse> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      host: '127.0.0.1',
      port,
      method: wire.method ?? 'POST',
      path: wire.path ?? '/',
      headers: { ...wire.headers },
      agent: false,
    })
    request.on('error', reject)
    request.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => {
        text += part
      })
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          json: parse(text),
        })
      })
      response.on('error', reject)
    })
    request.end(wire.body)
  })
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

export interface CallOptions {
  readonly target?: string
  readonly body?: string
  readonly path?: string
  readonly method?: string
  readonly service?: string
  readonly region?: string
  readonly accessKeyId?: string
  readonly secretAccessKey?: string
  readonly sessionToken?: string
  readonly signedAtMs?: number
  readonly headers?: Readonly<Record<string, string>>
}

function signer(options: CallOptions): SignatureV4 {
  return new SignatureV4({
    credentials: {
      accessKeyId: options.accessKeyId ?? ROOT.accessKeyId,
      secretAccessKey: options.secretAccessKey ?? ROOT.secretAccessKey,
      ...(options.sessionToken !== undefined && { sessionToken: options.sessionToken }),
    },
    region: options.region ?? REGION,
    service: options.service ?? 'cognito-idp',
    sha256: Sha256,
    applyChecksum: true,
  })
}

function unsigned(port: number, options: CallOptions) {
  const [path = '/', query = ''] = (options.path ?? '/').split('?')
  return {
    method: options.method ?? 'POST',
    protocol: 'http:',
    hostname: '127.0.0.1',
    port,
    path,
    query: Object.fromEntries(new URLSearchParams(query)),
    headers: {
      host: `127.0.0.1:${port}`,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': options.target ?? 'AWSCognitoIdentityProviderService.ListUserPools',
      ...options.headers,
    },
    body: options.body ?? '{"MaxResults":1}',
  }
}

/** A request as an AWS SDK signs it. */
export async function signed(
  port: number,
  options: CallOptions = {},
): Promise<Required<Omit<WireRequest, 'body'>> & { readonly body: string }> {
  const request = await signer(options).sign(unsigned(port, options), {
    signingDate: new Date(options.signedAtMs ?? Date.now()),
  })
  return {
    method: request.method,
    path: options.path ?? '/',
    headers: request.headers,
    body: options.body ?? '{"MaxResults":1}',
  }
}

/** A presigned request: the signature is in the query. */
export async function presigned(
  port: number,
  options: CallOptions & { readonly expiresInSeconds?: number } = {},
): Promise<Required<Omit<WireRequest, 'body'>> & { readonly body: string }> {
  const request = await signer(options).presign(unsigned(port, options), {
    signingDate: new Date(options.signedAtMs ?? Date.now()),
    expiresIn: options.expiresInSeconds ?? 60,
  })
  const query = Object.entries(request.query ?? {})
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`)
    .join('&')
  return {
    method: request.method,
    path: `${request.path}?${query}`,
    headers: request.headers,
    body: options.body ?? '{"MaxResults":1}',
  }
}
