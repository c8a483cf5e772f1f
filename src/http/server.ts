// The listening server of a node: Fastify with limits, a request ID and nothing else. Bodies reach
// the faces as the bytes that were sent, because signatures are computed over them.
import type { ServerResponse } from 'node:http'
import { type AddressInfo, isIP } from 'node:net'
import {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
} from 'fastify'
import { CallLimit } from '#base/call-limit.js'
import type { Clock } from '#base/clock.js'
import type { Logger } from '#base/log.js'
import type { Random } from '#base/random.js'
import { distinctHeaders } from '#base/raw-headers.js'
import { failureResponse } from './failure.js'
import type { HttpHeaders, HttpRequest, HttpResponse, Route } from './route.js'

/** Limits of the listener, as `ListenLimits` of the configuration has them. */
export interface ServerLimits {
  readonly bodyBytesMax: number
  readonly headerBytesMax: number
  readonly requestTimeoutMs: number
  readonly headersTimeoutMs: number
  readonly connectionsMax: number
  /** Requests of one route at once; one more is turned away. */
  readonly concurrentRequestsMax: number
}

export interface NodeServerOptions {
  readonly limits: ServerLimits
  /**
   * Networks, in CIDR notation, of the proxies whose `X-Forwarded-For` is believed; none by
   * default, because anybody can send the header.
   */
  readonly trustedProxies?: readonly string[]
  readonly routes: readonly Route[]
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
}

export interface NodeServer {
  /** Listens and tells the port, which matters when port 0 was asked for. */
  listen(address: { readonly host: string; readonly port: number }): Promise<number>
  /** Takes no more connections, lets calls in flight end, and cuts those that do not in time. */
  close(drainTimeoutMs: number): Promise<void>
}

const NO_BODY = new Uint8Array(0)
const KEEP_ALIVE_TIMEOUT_MS = 65_000
const REQUESTS_CHECK_INTERVAL_MS = 1000

/** Builds the server of a region node from its routes. */
export function createNodeServer(options: NodeServerOptions): NodeServer {
  const { routes, clock, log } = options
  const state: ServerState = { isClosing: false }
  const app = createFastify(options)
  const respond = (request: FastifyRequest, reply: FastifyReply, failure: HttpResponse) => {
    reply.hijack()
    // A body that was not read to its end leaves the connection at no known place.
    if (failure.status === 413) reply.raw.setHeader('connection', 'close')
    writeResponse(reply.raw, request.id, failure, state)
  }
  for (const route of routes) {
    const slots = new CallLimit(options.limits.concurrentRequestsMax)
    app.route({
      method: route.method,
      url: route.path,
      handler: (request, reply) =>
        handleRoute({ ...route, slots }, { state, log, clock }, request, reply),
    })
  }
  app.setNotFoundHandler((request, reply) => {
    const failure = failureResponse('not-found', request.raw.url ?? '')
    respond(request, reply, failure)
    audit({ request, log }, { status: failure.status, durationMs: 0 })
  })
  app.setErrorHandler((error: FastifyError, request, reply) => {
    respond(request, reply, toFailureResponse(error, request, log))
  })
  return {
    async listen(address) {
      await app.listen({ host: address.host, port: address.port })
      return (app.server.address() as AddressInfo).port
    },
    async close(drainTimeoutMs) {
      state.isClosing = true
      const drained = new AbortController()
      const cut = clock.wait(drainTimeoutMs, drained.signal).then((isLate) => {
        if (isLate) app.server.closeAllConnections()
      })
      await app.close()
      drained.abort()
      await cut
    },
  }
}

function createFastify(options: NodeServerOptions): FastifyInstance {
  const { limits, random, trustedProxies = [] } = options
  const app = fastify({
    logger: false,
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    requestIdHeader: false,
    genReqId: () => random.uuid(),
    bodyLimit: limits.bodyBytesMax,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 256 },
    exposeHeadRoutes: true,
    http: {
      maxHeaderSize: limits.headerBytesMax,
      headersTimeout: limits.headersTimeoutMs,
      connectionsCheckingInterval: REQUESTS_CHECK_INTERVAL_MS,
    },
    clientErrorHandler(error, socket) {
      // Not even HTTP, or not in time: the shortest answer that ends the connection.
      if (error.code === 'ECONNRESET' || !socket.writable) {
        socket.destroy()
        return
      }
      socket.end(`HTTP/1.1 ${statusLineOf(error.code)}\r\nconnection: close\r\n\r\n`)
    },
    // A URL that cannot be decoded never reaches a route.
    frameworkErrors(_error, request, reply) {
      reply.hijack()
      const failure = failureResponse('bad-url', request.raw.url ?? '')
      writeResponse(reply.raw, request.id, failure, { isClosing: false })
    },
  })
  app.server.maxConnections = limits.connectionsMax
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  return app
}

function statusLineOf(code: string | undefined): string {
  if (code === 'HPE_HEADER_OVERFLOW') return '431 Request Header Fields Too Large'
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return '408 Request Timeout'
  return '400 Bad Request'
}

/** What changes in the life of a server. */
interface ServerState {
  isClosing: boolean
}

/**
 * Answers without Fastify's own sending, which would add a charset to JSON. Every request of every
 * route passes here, so no face can be without a limit and without an audit line.
 */
function handleRoute(
  route: Route & { readonly slots: CallLimit },
  parts: { readonly state: ServerState; readonly log: Logger; readonly clock: Clock },
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const { state, log, clock } = parts
  const startedAtMs = clock.nowMs()
  reply.hijack()
  const write = (response: HttpResponse) => {
    writeResponse(reply.raw, request.id, response, state)
    const { status } = response
    const isQuiet = route.accounts === 'quietly'
    if (route.accounts === 'by-operation') return
    audit({ request, log }, { status, durationMs: clock.nowMs() - startedAtMs, isQuiet })
  }
  const fail = (error: FastifyError) => {
    const response = toFailureResponse(error, request, log)
    // Half an answer is out: breaking off is the only way left to say that it failed.
    if (reply.raw.headersSent) reply.raw.destroy()
    else write(response)
  }
  try {
    const call = async () => route.handle(toHttpRequest(request))
    const running = route.accounts === 'by-operation' ? call() : route.slots.run(call)
    if (running === undefined) write(failureResponse('too-many', request.raw.url ?? ''))
    else running.then(write).catch(fail)
  } catch (error) {
    fail(error as FastifyError)
  }
}

/** Who asked for what, and how it ended; never the query or the body. */
function audit(
  { request, log }: { readonly request: FastifyRequest; readonly log: Logger },
  outcome: { readonly status: number; readonly durationMs: number; readonly isQuiet?: boolean },
): void {
  const { status, durationMs, isQuiet = false } = outcome
  const [path] = (request.raw.url ?? '').split('?', 1)
  const { id: requestId, method } = request
  const fields = { requestId, method, path, status, durationMs, sourceIp: sourceIpOf(request) }
  if (isQuiet) log.debug('request', fields)
  else log.info('request', fields)
}

function writeResponse(
  response: ServerResponse,
  requestId: string,
  { status, headers, body }: HttpResponse,
  state: ServerState,
): void {
  const pairs: (string | number)[] = ['x-amzn-requestid', requestId]
  for (const name in headers) {
    const value = headers[name]
    // A header of several values is sent once for each: cookies cannot share one.
    if (typeof value === 'string') pairs.push(name, value)
    else for (const each of value ?? []) pairs.push(name, each)
  }
  if (status !== 304) pairs.push('content-length', Buffer.byteLength(body))
  if (state.isClosing) pairs.push('connection', 'close')
  response.writeHead(status, pairs as string[])
  response.end(body)
}

function toHttpRequest(request: FastifyRequest): HttpRequest {
  const raw = request.raw
  return {
    requestId: request.id,
    method: raw.method ?? '',
    url: raw.url ?? '',
    params: request.params as Record<string, string>,
    headers: headersOf(request),
    body: (request.body as Uint8Array | undefined) ?? NO_BODY,
    sourceIp: sourceIpOf(request),
  }
}

/**
 * The client's address: the rightmost one of the chain that is no trusted proxy's. What a trusted
 * proxy wrote and is no address says nothing; the proxy's own address then stands for it.
 */
function sourceIpOf(request: FastifyRequest): string {
  const { ip } = request
  return isIP(ip) > 0 ? ip : (request.raw.socket.remoteAddress ?? '')
}

/** Node folds repeated headers, dropping some; signatures need each as it came. */
function headersOf({ raw }: FastifyRequest): HttpHeaders {
  let names = 0
  for (const _name in raw.headers) names += 1
  return raw.rawHeaders.length === names * 2 ? raw.headers : distinctHeaders(raw.rawHeaders)
}

function toFailureResponse(
  error: FastifyError,
  request: FastifyRequest,
  log: Logger,
): HttpResponse {
  const status = error.statusCode ?? 500
  const url = request.raw.url ?? ''
  if (status === 413) return failureResponse('too-large', url)
  if (status >= 400 && status < 500) return failureResponse('unreadable', url)
  log.error('request failed', { requestId: request.id, path: request.raw.url, error })
  return failureResponse('failed', url)
}
