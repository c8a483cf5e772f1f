// The listening server of a node: Fastify with limits, a request ID and nothing else. Bodies reach
// the faces as the bytes that were sent, because signatures are computed over them.
import type { AddressInfo } from 'node:net'
import {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
} from 'fastify'
import type { Clock } from '#base/clock.js'
import type { Logger } from '#base/log.js'
import type { Random } from '#base/random.js'
import type { HttpHeaders, HttpRequest, Route } from './route.js'

/** Limits of the listener, as `ListenLimits` of the configuration has them. */
export interface ServerLimits {
  readonly bodyBytesMax: number
  readonly headerBytesMax: number
  readonly requestTimeoutMs: number
  readonly headersTimeoutMs: number
  readonly connectionsMax: number
}

export interface NodeServerOptions {
  readonly limits: ServerLimits
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
  const app = createFastify(options)
  for (const route of routes) {
    app.route({
      method: route.method,
      url: route.path,
      handler: (request, reply) => answerRoute(route, request, reply),
    })
  }
  app.setNotFoundHandler((request, reply) => {
    sendError(reply, request.id, 404, 'UnknownOperationException', 'Not found')
  })
  app.setErrorHandler((error: FastifyError, request, reply) => {
    answerFailure(error, request, reply, log)
  })
  return {
    async listen(address) {
      await app.listen({ host: address.host, port: address.port })
      return (app.server.address() as AddressInfo).port
    },
    async close(drainTimeoutMs) {
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

function createFastify({ limits, random }: NodeServerOptions): FastifyInstance {
  const app = fastify({
    logger: false,
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
    frameworkErrors(error, request, reply) {
      sendError(reply, request.id, error.statusCode ?? 400, 'SerializationException', error.message)
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

async function answerRoute(route: Route, request: FastifyRequest, reply: FastifyReply) {
  const answer = await route.answer(toHttpRequest(request))
  reply.code(answer.status)
  reply.headers(answer.headers)
  reply.header('x-amzn-requestid', request.id)
  // A string with its content type set passes Fastify without another look.
  return reply.send(answer.body)
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
    sourceIp: raw.socket.remoteAddress ?? '',
  }
}

/** Node folds repeated headers, dropping some; signatures need each as it came. */
function headersOf({ raw }: FastifyRequest): HttpHeaders {
  let names = 0
  for (const _name in raw.headers) names += 1
  return raw.rawHeaders.length === names * 2 ? raw.headers : raw.headersDistinct
}

function answerFailure(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
  log: Logger,
): void {
  const status = error.statusCode ?? 500
  if (status === 413) {
    sendError(reply, request.id, 413, 'RequestEntityTooLargeException', 'Request is too large.')
  } else if (status >= 400 && status < 500) {
    sendError(reply, request.id, 400, 'SerializationException', 'The request cannot be read.')
  } else {
    log.error('request failed', { requestId: request.id, path: request.raw.url, error })
    sendError(reply, request.id, 500, 'InternalErrorException', 'Internal server error')
  }
}

function sendError(
  reply: FastifyReply,
  requestId: string,
  status: number,
  code: string,
  message: string,
): void {
  reply
    .code(status)
    .headers({
      'content-type': 'application/x-amz-json-1.1',
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'x-amzn-requestid,x-amzn-errortype,x-amzn-errormessage,date',
      'x-amzn-requestid': requestId,
      'x-amzn-errortype': code,
    })
    .send(JSON.stringify({ __type: code, message }))
}
