// A tiny Region for the edge's tests: it serves `/health`, the edge's own calls and whatever path
// a test gives it, and remembers what it was sent.
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { systemClock } from '#adapters/system/clock.js'
import { systemRandom } from '#adapters/system/random.js'
import type { Logger } from '#base/log.js'
import { type Edge, type EdgeEnvironment, type EdgeSettings, startEdge } from '#edge/edge.js'
import { resetConnection } from './reset.js'

export const ROOT = { accessKeyId: 'AKIAROOTROOTROOTROOT', secretAccessKey: 'root-secret' }
export const quiet = { debug() {}, info() {}, warn() {}, error() {} }

export interface Received {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export type UpstreamHandler = (received: Received, response: ServerResponse) => void

export interface Upstream {
  readonly name: string
  readonly endpoint: string
  /** Requests but for health checks and the edge's own calls. */
  readonly received: Received[]
  /** Bodies of the edge's own calls, by operation. */
  readonly calls: { readonly operation: string; readonly received: Received }[]
  /** What each of the edge's own operations returns. */
  readonly operations: Record<string, unknown>
  handle: UpstreamHandler
  isHealthy: boolean
  /** Like SIGSTOP: connections come about, and nothing responds. */
  stop(): void
  /** Like SIGCONT: everything that waits gets its response now. */
  resume(): void
  /** Like `kill -9`: connections break and nothing listens. */
  kill(): Promise<void>
  /** Listens again on the same port. */
  revive(): Promise<void>
}

/** Starts a Region on a free port. */
export async function startUpstream(name: string): Promise<Upstream> {
  const sockets = new Set<Socket>()
  let waiting: (() => void)[] | undefined
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const answer = () =>
        respond(upstream, response, {
          method: request.method ?? '',
          path: request.url ?? '',
          headers: request.headers,
          body: Buffer.concat(parts).toString('utf8'),
        })
      if (waiting === undefined) answer()
      else waiting.push(answer)
    })
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  const listen = (port: number) =>
    new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  await listen(0)
  const { port } = server.address() as AddressInfo
  const upstream: Upstream = {
    name,
    endpoint: `http://127.0.0.1:${port}`,
    received: [],
    calls: [],
    operations: {},
    handle: (_received, response) => response.end(name),
    isHealthy: true,
    stop() {
      waiting = []
    },
    resume() {
      const answers = waiting ?? []
      waiting = undefined
      for (const answer of answers) answer()
    },
    kill: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        sockets.forEach(resetConnection)
      }),
    revive: () => listen(port),
  }
  return upstream
}

function respond(upstream: Upstream, response: ServerResponse, received: Received): void {
  if (received.path === '/health') {
    response.statusCode = upstream.isHealthy ? 200 : 503
    response.end('{}')
    return
  }
  const target = received.headers['x-amz-target']
  if (received.path === '/' && typeof target === 'string') {
    const operation = target.replace('TwinpoolService.', '')
    upstream.calls.push({ operation, received })
    response.end(JSON.stringify(upstream.operations[operation] ?? {}))
    return
  }
  upstream.received.push(received)
  upstream.handle(received, response)
}

/** Starts an edge in front of the Regions. */
export function startTestEdge(
  upstreams: readonly Pick<Upstream, 'name' | 'endpoint'>[],
  settings: Partial<EdgeSettings> = {},
  environment: Pick<EdgeEnvironment, 'tracing'> & { readonly log?: Logger } = {},
): Promise<Edge> {
  return startEdge(
    {
      listen: { host: '127.0.0.1', port: 0 },
      regions: upstreams.map(({ name, endpoint }) => ({ name, endpoint })),
      accessKey: ROOT,
      urls: { domain: 'http://localhost/domain/{domain}' },
      startPage: true,
      console: { enabled: true },
      healthCheckMs: 30,
      limits: {
        bodyBytesMax: 10_000,
        headerBytesMax: 16_384,
        requestTimeoutMs: 5000,
        headersTimeoutMs: 5000,
        concurrentRequestsMax: 50,
        connectionsMax: 100,
      },
      drainTimeoutMs: 1000,
      ...settings,
    },
    { clock: systemClock, random: systemRandom, log: quiet, ...environment },
  )
}
