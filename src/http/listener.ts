// The listener of every process that serves HTTP: Node.js's own server with limits, a request ID,
// places for requests in flight, audit lines, and a drain at the end. Bodies reach the faces as the
// bytes that were sent, because signatures are computed over them.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { CallLimit } from '#base/call-limit.js'
import type { Clock } from '#base/clock.js'
import type { Logger } from '#base/log.js'
import type { Random } from '#base/random.js'
import { distinctHeaders } from '#base/raw-headers.js'
import { type Metrics, noMetrics } from '#ports/metrics.js'
import { type Failure, failureResponse } from './failure.js'
import { RequestBodies } from './request-body.js'
import {
  type FoundRoute,
  type HttpHeaders,
  type HttpRequest,
  type HttpResponse,
  type Route,
  RouteTable,
} from './route.js'
import { endClient, isOverTime, StalledBody, withoutPauses } from './slow-bodies.js'
import { sourceAddresses } from './source-address.js'

/** Limits of a listener, as `ListenLimits` of the configuration has them. */
export interface ListenerLimits {
  readonly bodyBytesMax: number
  readonly headerBytesMax: number
  readonly requestTimeoutMs: number
  readonly headersTimeoutMs: number
  readonly connectionsMax: number
  /** Requests of one route at once; one more is rejected. */
  readonly concurrentRequestsMax: number
}

/** A request as it came, with its whole body. */
export interface ReceivedRequest {
  readonly request: IncomingMessage
  /** Path and query that routes are found by. */
  readonly url: string
  readonly body: Uint8Array
}

/** A response that is written by itself, at the pace of the client. */
export interface StreamResponse {
  readonly status: number
  stream(): Promise<void>
}

/**
 * Handles what no route takes. What is streamed is no longer counted as in flight, since the client
 * decides how long that takes. Undefined: the client has hung up.
 */
export type Fallback = (
  received: ReceivedRequest,
  response: ServerResponse,
) => Promise<HttpResponse | StreamResponse | undefined>

export interface ListenerOptions {
  readonly limits: ListenerLimits
  readonly routes: readonly Route[]
  /** Without it, what no route takes is not found. */
  readonly fallback?: Fallback
  /** Path and query to find routes by, where they are not the ones that were sent. */
  readonly urlOf?: (request: IncomingMessage) => string
  /** Requests are logged at level `debug`: another process writes their audit lines. */
  readonly isQuiet?: boolean
  /** Networks, in CIDR notation, of the proxies whose `X-Forwarded-For` is believed. */
  readonly trustedProxies?: readonly string[]
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  /** Counts the requests of routes; those `by-operation` count by themselves. */
  readonly metrics?: Metrics
}

const KEEP_ALIVE_TIMEOUT_MS = 65_000
const CONNECTIONS_CHECK_MS = 1000

/** What the bodies of all requests may take, however many connections there are. */
const BODIES_BYTES_MAX = 64 * 1024 * 1024

/** One request on its way through the listener. */
interface Exchange {
  readonly requestId: string
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly url: string
  /** Its body is read as it comes. */
  isReceiving?: boolean
}

type Found = FoundRoute<Route & { readonly slots: CallLimit }>

export class Listener {
  readonly #options: ListenerOptions
  readonly #routes: RouteTable<Found['route']>
  readonly #fallbackSlots: CallLimit
  readonly #bodies: RequestBodies
  readonly #sourceIpOf: (request: IncomingMessage) => string
  readonly #server: Server
  /** The last request of each connection. */
  readonly #last = new WeakMap<Socket, Promise<void>>()
  #running = 0
  /** The exchange of each connection, since its turn began. */
  readonly #current = new WeakMap<Duplex, Exchange>()
  #isClosing = false

  constructor(options: ListenerOptions) {
    this.#options = options
    const { limits, routes, trustedProxies = [] } = options
    const slots = () => new CallLimit(limits.concurrentRequestsMax)
    this.#routes = new RouteTable(routes.map((route) => ({ ...route, slots: slots() })))
    this.#fallbackSlots = slots()
    this.#bodies = new RequestBodies({
      bodyBytesMax: limits.bodyBytesMax,
      totalBytesMax: Math.max(limits.bodyBytesMax, BODIES_BYTES_MAX),
    })
    this.#sourceIpOf = sourceAddresses(trustedProxies)
    this.#server = createServer(
      {
        maxHeaderSize: limits.headerBytesMax,
        headersTimeout: Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs),
        requestTimeout: limits.requestTimeoutMs,
        keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
        connectionsCheckingInterval: CONNECTIONS_CHECK_MS,
      },
      (request, response) => this.#enqueue(request, response),
    )
    this.#server.maxConnections = limits.connectionsMax
    this.#server.on('clientError', (error, socket) => {
      const current = this.#current.get(socket)
      if (isOverTime(error) && current?.isReceiving) return
      endClient(error, socket, current?.response)
    })
  }

  /** Listens and returns the port, which matters when port 0 was asked for. */
  listen({ host, port }: { readonly host: string; readonly port: number }): Promise<number> {
    const server = this.#server
    return new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, host, () => {
        server.off('error', reject)
        resolve((server.address() as AddressInfo).port)
      })
    })
  }

  /** How many requests run, and how many connections are open. */
  async figures(): Promise<{ readonly running: number; readonly connections: number }> {
    const connections = await new Promise<number>((resolve) => {
      this.#server.getConnections((_error, count) => resolve(count ?? 0))
    })
    return { running: this.#running, connections }
  }

  /** Takes no more connections, lets calls in flight end, and cuts those that do not in time. */
  async close(drainTimeoutMs: number): Promise<void> {
    this.#isClosing = true
    const server = this.#server
    const drained = new AbortController()
    const cut = this.#options.clock.wait(drainTimeoutMs, drained.signal).then((isLate) => {
      if (isLate) server.closeAllConnections()
    })
    await new Promise((resolve) => {
      server.close(resolve)
      server.closeIdleConnections()
    })
    drained.abort()
    await cut
  }

  /**
   * Runs the requests of a connection one after the other. A client may send the next ones before
   * it has a response, but one connection never has more than one place.
   */
  #enqueue(request: IncomingMessage, response: ServerResponse): void {
    const before = this.#last.get(request.socket)
    const run = () => {
      this.#running += 1
      return this.#serve(request, response).finally(() => {
        this.#running -= 1
      })
    }
    this.#last.set(request.socket, before === undefined ? run() : before.then(run))
  }

  /** Never rejects, so that one failed request stops no others of its connection. */
  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // One that waited behind others of a connection that is gone by now.
    if (request.socket.destroyed) return
    const { random, urlOf } = this.#options
    const url = urlOf === undefined ? (request.url ?? '') : urlOf(request)
    const exchange: Exchange = { requestId: random.uuid(), request, response, url }
    this.#current.set(request.socket, exchange)
    const received = this.#findReceiver(exchange)
    if (received !== undefined) {
      await this.#receive(exchange, received)
      return
    }
    const reading = this.#bodies.read(request)
    const read = reading instanceof Promise ? await reading : reading
    if (read.kind === 'hung-up') return
    if (read.kind !== 'read') {
      // A body that was not read to its end leaves the connection at no known place.
      response.shouldKeepAlive = false
      this.#write(exchange, failureResponse(read.kind, url))
      return
    }
    const startedAtMs = this.#options.clock.nowMs()
    try {
      const stream = await this.#respond(exchange, read.body, startedAtMs).finally(read.release)
      await stream?.()
    } catch (error) {
      this.#options.log.error('request failed', {
        requestId: exchange.requestId,
        // Without what may be secret, such as a code in a link.
        path: request.url?.split('?', 1)[0],
        error,
      })
      // Half a response is out: breaking off is the only way left to say that it failed.
      if (response.headersSent) response.destroy()
      else this.#refuse(exchange, 'failed', startedAtMs)
    }
  }

  /** Returns what is still to be done at the client's pace. */
  async #respond(
    exchange: Exchange,
    body: Uint8Array,
    startedAtMs: number,
  ): Promise<StreamResponse['stream'] | undefined> {
    const { request, response, url } = exchange
    const { fallback } = this.#options
    const found = this.#find(exchange)
    if (found === 'bad-url') return this.#refuse(exchange, found, startedAtMs)
    if (found !== undefined) {
      const { route } = found
      const call = async () => route.handle(this.#toHttpRequest(exchange, found.params, body))
      const isCounted = route.accounts !== 'by-operation'
      const running = isCounted ? route.slots.run(call) : call()
      if (running === undefined) return this.#refuse(exchange, 'too-many', startedAtMs)
      const result = await running
      this.#write(exchange, result)
      if (isCounted) {
        this.#audit(exchange, result.status, startedAtMs, route)
      }
      return undefined
    }
    if (fallback === undefined) return this.#refuse(exchange, 'not-found', startedAtMs)
    const running = this.#fallbackSlots.run(() => fallback({ request, url, body }, response))
    if (running === undefined) return this.#refuse(exchange, 'too-many', startedAtMs)
    const result = await running
    if (result === undefined) return undefined
    if ('stream' in result) return result.stream
    this.#write(exchange, result)
    return undefined
  }

  #findReceiver(exchange: Exchange): Found | undefined {
    const found = this.#find(exchange)
    return typeof found === 'object' && found.route.receive !== undefined ? found : undefined
  }

  /** Hands the body over as it comes. */
  async #receive(exchange: Exchange, { route, params }: Found): Promise<void> {
    const { request, response, requestId } = exchange
    const startedAtMs = this.#options.clock.nowMs()
    const { clock, limits } = this.#options
    exchange.isReceiving = true
    // Whoever stops reading leaves the connection for the response.
    const parts = request.iterator({ destroyOnReturn: false })
    const body = withoutPauses(parts, { clock, pauseMs: limits.requestTimeoutMs })
    const call = async () =>
      route.receive?.(this.#toHttpRequest(exchange, params, new Uint8Array()), body)
    try {
      const result = await route.slots.run(call)
      // What was not read to its end leaves the connection at no known place.
      if (!request.complete) response.shouldKeepAlive = false
      request.resume()
      if (result === undefined) return this.#refuse(exchange, 'too-many', startedAtMs)
      this.#write(exchange, result)
      this.#audit(exchange, result.status, startedAtMs, route)
    } catch (error) {
      // A client that hung up in the middle has nobody to be told.
      if (request.destroyed && !request.complete) return
      if (error instanceof StalledBody) {
        response.shouldKeepAlive = false
        return this.#refuse(exchange, 'stalled', startedAtMs)
      }
      this.#options.log.error('request failed', { requestId, path: route.path, error })
      this.#refuse(exchange, 'failed', startedAtMs)
    } finally {
      // What comes next on the connection is bounded as a whole again.
      exchange.isReceiving = false
    }
  }

  #find({ request, url }: Exchange): Found | 'bad-url' | undefined {
    try {
      return this.#routes.find(request.method ?? '', url)
    } catch {
      return 'bad-url'
    }
  }

  #toHttpRequest(
    { requestId, request }: Exchange,
    params: HttpRequest['params'],
    body: Uint8Array,
  ): HttpRequest {
    return {
      requestId,
      method: request.method ?? '',
      url: request.url ?? '',
      params,
      headers: headersOf(request),
      body,
      sourceIp: this.#sourceIpOf(request),
    }
  }

  #refuse(exchange: Exchange, failure: Failure, startedAtMs: number): undefined {
    const response = failureResponse(failure, exchange.url)
    this.#write(exchange, response)
    const found = this.#find(exchange)
    const route = typeof found === 'object' ? found.route : undefined
    this.#audit(exchange, response.status, startedAtMs, route, false)
  }

  #write({ requestId, response }: Exchange, { status, headers, body }: HttpResponse): void {
    const pairs: (string | number)[] = ['x-amzn-requestid', requestId]
    for (const name in headers) {
      const value = headers[name]
      // A header of several values is sent once for each: cookies cannot share one.
      if (typeof value === 'string') pairs.push(name, value)
      else for (const each of value ?? []) pairs.push(name, each)
    }
    const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length
    if (status !== 304) pairs.push('content-length', length)
    if (this.#isClosing) response.shouldKeepAlive = false
    response.writeHead(status, pairs as string[])
    response.end(body)
  }

  /** Writes who requested what, and how it ended; never the query or the body. */
  #audit(
    { requestId, request }: Exchange,
    status: number,
    startedAtMs: number,
    route: Route | undefined,
    isQuiet = route?.accounts === 'quietly',
  ): void {
    const { clock, log } = this.#options
    const durationMs = clock.nowMs() - startedAtMs
    this.#measure(route, status, durationMs)
    const { method, url = '' } = request
    const fields = {
      requestId,
      method,
      path: url.split('?', 1)[0],
      status,
      durationMs,
      sourceIp: this.#sourceIpOf(request),
    }
    if (isQuiet || this.#options.isQuiet) log.debug('request', fields)
    else log.info('request', fields)
  }

  /** Counts by the route, not by the path, which a caller chooses. */
  #measure(route: Route | undefined, status: number, durationMs: number): void {
    const { metrics = noMetrics } = this.#options
    const operation = route === undefined ? 'unknown' : `${route.method} ${route.path}`
    const labels = { service: 'http', operation }
    metrics.count('twinpool_requests_total', { ...labels, result: String(status) })
    metrics.observe('twinpool_request_duration_seconds', labels, durationMs / 1000)
  }
}

/** Node folds repeated headers, dropping some; signatures need each as it came. */
function headersOf({ headers, rawHeaders }: IncomingMessage): HttpHeaders {
  let names = 0
  for (const _name in headers) names += 1
  return rawHeaders.length === names * 2 ? headers : distinctHeaders(rawHeaders)
}
