// The edge: one address in front of all Regions. It answers the shared issuer and the user pool
// domains from a Region that is alive, and shows a local stack's start page. It holds no data of
// its own; whatever it knows about Regions it asks them.
import * as http from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { CallLimit } from '#base/call-limit.js'
import type { Clock } from '#base/clock.js'
import type { Logger } from '#base/log.js'
import { domainOfHosts } from '#http/oauth/public-urls.js'
import { type EdgeRegion, HealthCheck } from './health-check.js'
import { Connections } from './http-call.js'
import { handleOutbox } from './outbox.js'
import { createOverview } from './overview.js'
import { type ProxyOptions, proxyRequest, sendJson } from './proxy.js'
import { createRegionCalls, type EdgeAccessKey } from './region-calls.js'
import { RequestBodies } from './request-body.js'
import { createRouter } from './routing.js'
import { handleStartPage } from './start-page.js'

/** The settings of an edge, as `EdgeConfig` of the configuration has them. */
export interface EdgeSettings {
  readonly listen: { readonly host: string; readonly port: number }
  readonly regions: readonly EdgeRegion[]
  readonly accessKey: EdgeAccessKey
  /** Template of the address of a user pool domain; a host of it is routed by its name. */
  readonly domainTemplate: string
  readonly startPage: boolean
  /** What `twinpool up` runs, for the commands that the start page shows. */
  readonly localStack?: { readonly command: string; readonly stateDirectory: string } | undefined
  readonly healthCheckMs: number
  readonly limits: {
    readonly bodyBytesMax: number
    readonly headerBytesMax: number
    readonly requestTimeoutMs: number
    readonly headersTimeoutMs: number
    readonly concurrentRequestsMax: number
    readonly connectionsMax: number
  }
  readonly drainTimeoutMs: number
}

export interface Edge {
  readonly port: number
  stop(): Promise<void>
}

/** A request whose body has come. */
interface WholeRequest {
  readonly request: http.IncomingMessage
  readonly body: Buffer
}

/** Answers a request. What is still to be done then goes at the caller's pace. */
type Handler = (
  whole: WholeRequest,
  response: http.ServerResponse,
) => Promise<(() => Promise<void>) | undefined>

/** What the bodies of all requests may take, however many connections there are. */
const BODIES_BYTES_MAX = 64 * 1024 * 1024

/** Starts an edge; resolves when it listens and has asked each Region once. */
export async function startEdge(
  settings: EdgeSettings,
  environment: { readonly clock: Clock; readonly log: Logger },
): Promise<Edge> {
  const { clock, log } = environment
  const connections = new Connections({ silenceMs: settings.limits.requestTimeoutMs })
  const health = new HealthCheck({
    regions: settings.regions,
    checkMs: settings.healthCheckMs,
    connections,
    clock,
    log,
  })
  const server = createServer(
    settings,
    createHandler(settings, { connections, health, clock, log }),
    log,
  )
  await health.start()
  try {
    await listen(server, settings.listen)
  } catch (error) {
    await health.stop()
    await connections.close()
    throw error
  }
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      await health.stop()
      await close(server, settings.drainTimeoutMs, clock)
      await connections.close()
    },
  }
}

interface Parts {
  readonly connections: Connections
  readonly health: HealthCheck
  readonly clock: Clock
  readonly log: Logger
}

function createHandler(settings: EdgeSettings, parts: Parts): Handler {
  const { accessKey, startPage, limits } = settings
  const { connections, health, clock, log } = parts
  const call = createRegionCalls({ connections, clock, accessKey })
  const findCandidates = createRouter({ health, call, clock })
  const page = {
    overview: createOverview({ health, call, clock }),
    localStack: settings.localStack,
  }
  const proxy: ProxyOptions = {
    connections,
    health,
    clock,
    log,
    silenceMs: limits.requestTimeoutMs,
  }
  const domainOfHost = domainOfHosts(settings.domainTemplate)
  return async ({ request, body }, response) => {
    const domain = domainOfHost(request.headers.host ?? '')
    // Regions know the domain by its path too, so this is where the two ways become one.
    if (domain !== undefined) request.url = `/domain/${domain}${request.url ?? '/'}`
    const url = request.url ?? ''
    const candidates = await findCandidates(url)
    if (candidates !== undefined)
      return proxyRequest(proxy, candidates, { request, body }, response)
    const end = url.indexOf('?')
    const path = end < 0 ? url : url.slice(0, end)
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    if (isRead && path === '/health') await handleHealth(health, response)
    else if (isRead && path === '/outbox') {
      await handleOutbox({ health, call, clock, accessKey }, request, response)
    } else if (isRead && path === '/' && startPage) await handleStartPage(page, request, response)
    else sendJson(response, 404, { message: 'Not found' })
    return undefined
  }
}

async function handleHealth(health: HealthCheck, response: http.ServerResponse): Promise<void> {
  const states = health.states()
  const isServing = states.some((region) => region.isAlive)
  const regions = Object.fromEntries(
    states.map((region) => [region.name, region.isAlive ? 'alive' : 'down']),
  )
  sendJson(response, isServing ? 200 : 503, { status: isServing ? 'ok' : 'unavailable', regions })
}

function createServer({ limits }: EdgeSettings, handle: Handler, log: Logger): http.Server {
  const oneByOne = createPipelines()
  const slots = new CallLimit(limits.concurrentRequestsMax)
  const bodies = new RequestBodies({
    bodyBytesMax: limits.bodyBytesMax,
    totalBytesMax: Math.max(limits.bodyBytesMax, BODIES_BYTES_MAX),
  })
  const receive = async (request: http.IncomingMessage, response: http.ServerResponse) => {
    // One that waited behind others of a connection that is gone by now.
    if (request.socket.destroyed) return
    const read = await bodies.read(request)
    if (read.kind === 'too-large') {
      sendJson(response, 413, { message: 'Request is too large.' }, { connection: 'close' })
      return
    }
    const running =
      read.kind === 'read'
        ? slots.run(() => handle({ request, body: read.body }, response).finally(read.release))
        : undefined
    if (running !== undefined) {
      const rest = await running
      await rest?.()
      return
    }
    if (read.kind === 'read') read.release()
    const headers = { 'retry-after': '1', ...(read.kind === 'read' ? {} : { connection: 'close' }) }
    sendJson(response, 503, { message: 'Too many requests at once.' }, headers)
  }
  const server = http.createServer(
    {
      maxHeaderSize: limits.headerBytesMax,
      headersTimeout: Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs),
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 1000,
    },
    (request, response) => {
      const received = oneByOne(request.socket, () => receive(request, response))
      received.catch((error: unknown) => {
        // A caller who hangs up while we read is no failure of ours.
        if (response.destroyed || request.errored !== null) return
        log.error('request failed', { path: request.url, error })
        if (response.headersSent) response.destroy()
        else sendJson(response, 500, { message: 'Internal server error' })
      })
    },
  )
  server.maxConnections = limits.connectionsMax
  return server
}

/**
 * Makes the function that runs the requests of a connection one after the other. A client may send
 * the next ones before it has a response, but one connection never has more than one place.
 */
function createPipelines(): (socket: Socket, run: () => Promise<void>) => Promise<void> {
  const last = new WeakMap<Socket, Promise<void>>()
  return (socket, run) => {
    const before = last.get(socket)
    const running = before === undefined ? run() : before.then(run)
    last.set(
      socket,
      running.catch(() => undefined),
    )
    return running
  }
}

function listen(server: http.Server, address: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(address.port, address.host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

async function close(server: http.Server, drainTimeoutMs: number, clock: Clock): Promise<void> {
  const drained = new AbortController()
  const cut = clock.wait(drainTimeoutMs, drained.signal).then((isLate) => {
    if (isLate) server.closeAllConnections()
  })
  await new Promise((resolve) => {
    server.close(resolve)
    server.closeIdleConnections()
  })
  drained.abort()
  await cut
}
