// The edge: one address in front of all Regions. It answers the shared issuer and the user pool
// domains from a Region that is alive, and shows a local stack's start page. It holds no data of
// its own; whatever it knows about Regions it asks them.
import * as http from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Clock } from '#base/clock.js'
import type { Logger } from '#base/log.js'
import { type EdgeRegion, HealthCheck } from './health-check.js'
import { Connections } from './http-call.js'
import { answerOutbox } from './outbox.js'
import { createOverview } from './overview.js'
import { type ProxyOptions, proxyRequest, sendJson } from './proxy.js'
import { createRegionCalls, type EdgeAccessKey } from './region-calls.js'
import { createRouter } from './routing.js'
import { answerStartPage } from './start-page.js'

/** The settings of an edge, as `EdgeConfig` of the configuration has them. */
export interface EdgeSettings {
  readonly listen: { readonly host: string; readonly port: number }
  readonly regions: readonly EdgeRegion[]
  readonly accessKey: EdgeAccessKey
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

type Answer = (request: http.IncomingMessage, response: http.ServerResponse) => Promise<void>

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
    answerWith(settings, { connections, health, clock, log }),
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

function answerWith(settings: EdgeSettings, parts: Parts): Answer {
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
    bodyBytesMax: limits.bodyBytesMax,
  }
  return async (request, response) => {
    const url = request.url ?? ''
    const candidates = await findCandidates(url)
    if (candidates !== undefined) return proxyRequest(proxy, candidates, request, response)
    const end = url.indexOf('?')
    const path = end < 0 ? url : url.slice(0, end)
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    if (isRead && path === '/health') return answerHealth(health, response)
    if (isRead && path === '/outbox') {
      return answerOutbox({ health, call, clock, accessKey }, request, response)
    }
    if (isRead && path === '/' && startPage) return answerStartPage(page, request, response)
    sendJson(response, 404, { message: 'Not found' })
  }
}

async function answerHealth(health: HealthCheck, response: http.ServerResponse): Promise<void> {
  const states = health.states()
  const isServing = states.some((region) => region.isAlive)
  const regions = Object.fromEntries(
    states.map((region) => [region.name, region.isAlive ? 'alive' : 'down']),
  )
  sendJson(response, isServing ? 200 : 503, { status: isServing ? 'ok' : 'unavailable', regions })
}

function createServer({ limits }: EdgeSettings, answer: Answer, log: Logger): http.Server {
  let inFlight = 0
  const server = http.createServer(
    {
      maxHeaderSize: limits.headerBytesMax,
      headersTimeout: Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs),
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 1000,
    },
    (request, response) => {
      if (inFlight >= limits.concurrentRequestsMax) {
        sendJson(response, 503, { message: 'Too many requests at once.' }, { 'retry-after': '1' })
        return
      }
      inFlight += 1
      answer(request, response)
        .catch((error: unknown) => {
          // A caller who hangs up while we read is no failure of ours.
          if (response.destroyed || request.destroyed) return
          log.error('request failed', { path: request.url, error })
          if (response.headersSent) response.destroy()
          else sendJson(response, 500, { message: 'Internal server error' })
        })
        .finally(() => {
          inFlight -= 1
        })
    },
  )
  server.maxConnections = limits.connectionsMax
  return server
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
