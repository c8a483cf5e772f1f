// The edge: one address in front of all Regions. It serves the shared issuer and the user pool
// domains from a Region that is alive, and shows a local stack's start page. It holds no data of
// its own; whatever it knows about Regions it requests from them.
import type { Clock } from '#base/clock.js'
import type { Logger } from '#base/log.js'
import type { Random } from '#base/random.js'
import { failureResponse } from '#http/failure.js'
import { Listener, type ListenerLimits } from '#http/listener.js'
import { domainOfHosts } from '#http/oauth/public-urls.js'
import type { HttpResponse, Route } from '#http/route.js'
import { type Metrics, noMetrics } from '#ports/metrics.js'
import type { Tracing } from '#ports/tracing.js'
import { type EdgeRegion, HealthCheck, type RegionState } from './health-check.js'
import { Connections } from './http-call.js'
import { handleOutbox, jsonOfEdge } from './outbox.js'
import { createOverview } from './overview.js'
import { proxyRequest } from './proxy.js'
import { createRegionCalls, type EdgeAccessKey } from './region-calls.js'
import { createRouter } from './routing.js'
import { handleStartPage } from './start-page.js'

/** The settings of an edge, as `EdgeConfig` of the configuration has them. */
export interface EdgeSettings {
  readonly listen: { readonly host: string; readonly port: number }
  readonly regions: readonly EdgeRegion[]
  readonly accessKey: EdgeAccessKey
  /** Template of the address of a user pool domain; a host of it is routed by its name. */
  readonly urls: { readonly domain: string }
  readonly startPage: boolean
  /** Whether paths of the console go to Regions. */
  readonly console: { readonly enabled: boolean }
  /** What `twinpool up` runs, for the commands that the start page shows. */
  readonly localStack?: { readonly command: string; readonly stateDirectory: string } | undefined
  readonly healthCheckMs: number
  readonly limits: ListenerLimits
  readonly drainTimeoutMs: number
}

export interface Edge {
  readonly port: number
  readonly listener: Pick<Listener, 'figures'>
  /** The Regions as it sees them. */
  states(): readonly RegionState[]
  stop(): Promise<void>
}

/** What a process passes to its edge. */
export interface EdgeEnvironment {
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly metrics?: Metrics
  readonly tracing?: Tracing | undefined
}

/** Starts an edge; resolves when it listens and has checked each Region once. */
export async function startEdge(
  settings: EdgeSettings,
  environment: EdgeEnvironment,
): Promise<Edge> {
  const { accessKey, limits, localStack } = settings
  const { clock, random, log, metrics = noMetrics, tracing } = environment
  const silenceMs = limits.requestTimeoutMs
  const connections = new Connections({ silenceMs })
  const health = new HealthCheck({
    regions: settings.regions,
    checkMs: settings.healthCheckMs,
    ...{ connections, clock, log, metrics },
  })
  const parts = { health, clock, call: createRegionCalls({ connections, clock, accessKey }) }
  const findCandidates = createRouter({ ...parts, hasConsole: settings.console.enabled })
  const proxy = { connections, health, clock, log, metrics, tracing, silenceMs }
  const page = { overview: createOverview(parts), localStack }
  const domainOfHost = domainOfHosts(settings.urls.domain)
  const routes: Route[] = [
    { method: 'GET', path: '/health', handle: () => healthOf(health) },
    {
      method: 'GET',
      path: '/outbox',
      handle: (request) => handleOutbox(parts, accessKey, request),
    },
  ]
  if (settings.startPage) {
    routes.push({ method: 'GET', path: '/', handle: (request) => handleStartPage(page, request) })
  }
  const listener = new Listener({
    limits,
    routes,
    // Regions know a domain by its path too, so this is where the two ways become one.
    urlOf({ url = '', headers }) {
      const domain = domainOfHost(headers.host ?? '')
      return domain === undefined ? url : `/domain/${domain}${url}`
    },
    async fallback(received, response) {
      const candidates = await findCandidates(received.url)
      if (candidates === undefined) {
        metrics.count('twinpool_edge_requests_total', { region: 'none', reason: 'not-found' })
        return failureResponse('not-found', received.url)
      }
      return proxyRequest(proxy, candidates, received, response)
    },
    // The Region that serves a request writes its audit line.
    isQuiet: true,
    ...{ clock, random, log, metrics },
  })
  await health.start()
  try {
    const port = await listener.listen(settings.listen)
    return {
      port,
      listener,
      states: () => health.states(),
      async stop() {
        await health.stop()
        await listener.close(settings.drainTimeoutMs)
        await connections.close()
      },
    }
  } catch (error) {
    await health.stop()
    await connections.close()
    throw error
  }
}

function healthOf(health: HealthCheck): HttpResponse {
  const states = health.states()
  const isServing = states.some((region) => region.isAlive)
  const regions = Object.fromEntries(
    states.map((region) => [region.name, region.isAlive ? 'alive' : 'down']),
  )
  const status = isServing ? 'ok' : 'unavailable'
  return jsonOfEdge(isServing ? 200 : 503, { status, regions })
}
