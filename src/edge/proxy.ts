// Sends a request on to the best Region and its response back; `failover.ts` decides which Region
// that is. Request bodies were read before, so that they can be sent again; responses stream.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { textOf } from '#base/bytes.js'
import type { Clock } from '#base/clock.js'
import type { Logger } from '#base/log.js'
import { distinctHeaders } from '#base/raw-headers.js'
import { failureResponse } from '#http/failure.js'
import type { ReceivedRequest, StreamResponse } from '#http/listener.js'
import type { HttpResponse } from '#http/route.js'
import type { Metrics } from '#ports/metrics.js'
import type { Tracing } from '#ports/tracing.js'
import { type Chosen, chooseResponse } from './failover.js'
import type { EdgeRegion, HealthCheck } from './health-check.js'
import type { Connections } from './http-call.js'
import type { Candidates } from './routing.js'
import { tracedRequest, tracedSend } from './traces.js'

export interface ProxyOptions {
  readonly connections: Connections
  readonly health: HealthCheck
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: Metrics
  readonly tracing: Tracing | undefined
  /** How long a caller may take nothing of a response. */
  readonly silenceMs: number
}

/** RFC 9110, section 7.6.1, and what this hop decides for itself. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])
const NOT_SENT_ON = new Set([...HOP_BY_HOP, 'host', 'content-length', 'expect'])

/**
 * Responds from one of the candidates. Resolves when the head of the response is here, with what
 * passes its body on; undefined when the client has hung up.
 */
export function proxyRequest(
  options: ProxyOptions,
  candidates: Candidates,
  received: ReceivedRequest,
  response: ServerResponse,
): Promise<HttpResponse | StreamResponse | undefined> {
  const { request } = received
  return tracedRequest(options.tracing, { request, route: candidates.route }, () =>
    respond(options, candidates, received, response),
  )
}

async function respond(
  options: ProxyOptions,
  candidates: Candidates,
  received: ReceivedRequest,
  response: ServerResponse,
): Promise<HttpResponse | StreamResponse | undefined> {
  const hungUp = new AbortController()
  const hangUp = () => hungUp.abort()
  if (response.destroyed) return undefined
  const startedAtMs = options.clock.nowMs()
  const tell = (region: string, reason: string) => {
    const seconds = (options.clock.nowMs() - startedAtMs) / 1000
    options.metrics.count('twinpool_edge_requests_total', { region, reason })
    options.metrics.observe('twinpool_edge_request_duration_seconds', { region }, seconds)
  }
  response.once('close', hangUp)
  try {
    const chosen = await choose(options, candidates, received, hungUp.signal)
    if (response.destroyed) {
      chosen?.response.body.destroy()
      tell('none', 'hung-up')
      return undefined
    }
    if (chosen === undefined || isUnsure(chosen, candidates)) {
      tell('none', chosen === undefined ? 'no-response' : 'unsure')
      void chosen?.response.body.dump().catch(() => undefined)
      return failureResponse('no-region', received.url)
    }
    tell(chosen.region.name, reasonOf(chosen, candidates))
    response.setTimeout(options.silenceMs, () => response.destroy())
    return { status: chosen.response.status, stream: () => passOn(chosen, response) }
  } catch (error) {
    if (response.destroyed) return undefined
    throw error
  } finally {
    response.off('close', hangUp)
  }
}

function choose(
  { connections, health, clock, log, metrics, tracing }: ProxyOptions,
  candidates: Candidates,
  { request, url, body }: ReceivedRequest,
  signal: AbortSignal,
): Promise<Chosen | undefined> {
  const isRepeatable = canRepeat(request.method, url, body)
  return chooseResponse({
    regions: candidates.regions,
    isRepeatable,
    isRefusal: (status) =>
      isRepeatable && (status >= 500 || (status === 404 && candidates.authority !== undefined)),
    send: (region, regionSignal) =>
      tracedSend(tracing, { region, signal: regionSignal }, (trace) =>
        connections.request({
          origin: region.endpoint,
          path: url,
          method: request.method ?? 'GET',
          headers: headersForRegion(request, region, trace),
          body: body.length > 0 ? body : undefined,
          signal: regionSignal,
        }),
      ),
    health,
    clock,
    log,
    metrics,
    signal,
  })
}

/** Why it was this Region that responded: see docs/metrics.md. */
function reasonOf({ region }: Chosen, { regions, authority }: Candidates): string {
  if (region.name !== regions[0]?.name) return 'next'
  return authority === undefined || region.name === authority ? 'first' : 'substitute'
}

/** Whether "not found" may mean only that the Region that would know cannot be reached now. */
function isUnsure({ region, response, isIncomplete }: Chosen, candidates: Candidates): boolean {
  if (response.status !== 404 || candidates.authority === undefined) return false
  return region.name !== candidates.authority && (isIncomplete || !candidates.isComplete)
}

async function passOn({ region, response: upstreamResponse }: Chosen, response: ServerResponse) {
  try {
    response.writeHead(
      upstreamResponse.status,
      headersForCaller(upstreamResponse.rawHeaders, region),
    )
    // A Region that breaks off breaks the response: the caller must not take a half for the whole.
    await pipeline(upstreamResponse.body, response)
  } catch {
    upstreamResponse.body.destroy()
    response.destroy()
  }
}

/** Whether doing it twice does no harm: reading, and tokens of machines, which leave no trace. */
function canRepeat(method: string | undefined, url: string, body: Uint8Array): boolean {
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return true
  if (method !== 'POST' || !/\/oauth2\/token(?:\?|$)/.test(url)) return false
  return new URLSearchParams(textOf(body)).get('grant_type') === 'client_credentials'
}

function headersForRegion(
  request: IncomingMessage,
  region: EdgeRegion,
  trace: Readonly<Record<string, string>>,
): Record<string, string | readonly string[]> {
  const received = distinctHeaders(request.rawHeaders)
  const named = namedByConnection(received['connection'])
  const headers: Record<string, string | readonly string[]> = Object.create(null)
  for (const [name, values] of Object.entries(received)) {
    if (!NOT_SENT_ON.has(name) && !named.has(name)) headers[name] = values
  }
  const caller = request.socket.remoteAddress ?? ''
  headers['x-forwarded-for'] = [...(received['x-forwarded-for'] ?? []), caller].join(', ')
  headers['x-forwarded-host'] = request.headers.host ?? ''
  headers['x-forwarded-proto'] = 'encrypted' in request.socket ? 'https' : 'http'
  headers['host'] = new URL(region.endpoint).host
  // The state of a trace is of the span that it came with.
  if ('traceparent' in trace) delete headers['tracestate']
  return Object.assign(headers, trace)
}

function headersForCaller(rawHeaders: readonly string[], region: EdgeRegion): string[] {
  const named = namedByConnection(distinctHeaders(rawHeaders)['connection'])
  const headers: string[] = []
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    const lower = name.toLowerCase()
    if (HOP_BY_HOP.has(lower) || named.has(lower)) continue
    headers.push(name, rawHeaders[index + 1] ?? '')
  }
  headers.push('x-twinpool-region', region.name)
  return headers
}

/** Headers that the sender's Connection header keeps to this hop. */
function namedByConnection(connection: readonly string[] = []): ReadonlySet<string> {
  const names = connection.flatMap((value) => value.toLowerCase().split(','))
  return new Set(names.map((name) => name.trim()))
}
