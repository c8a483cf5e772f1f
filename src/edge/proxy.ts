// Sends a request on to the best Region and its answer back. A request goes to the next Region when
// the first cannot have processed it (no connection came about), or when doing it twice does no
// harm. Bodies are read first, within the limit, so that they can be sent again; answers stream.
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { Logger } from '#base/log.js'
import type { EdgeRegion, HealthCheck } from './health-check.js'
import { type Connections, isConnectFailure } from './http-call.js'
import type { Candidates } from './routing.js'

export interface ProxyOptions {
  readonly connections: Connections
  readonly health: HealthCheck
  readonly log: Logger
  readonly bodyBytesMax: number
  /** How long a Region may be silent. */
  readonly answerTimeoutMs: number
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

/** A host that is gone refuses nothing; it is silent. */
const CONNECT_TIMEOUT_MS = 1500

type Attempt =
  | { readonly kind: 'answered' }
  /** Nothing was sent to the caller; `isSafe`: and nothing was processed. */
  | { readonly kind: 'failed'; readonly isSafe: boolean }

/** Answers the request from one of the candidates. */
export async function proxyRequest(
  options: ProxyOptions,
  candidates: Candidates,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request, options.bodyBytesMax)
  if (body === undefined) {
    sendJson(response, 413, { message: 'Request is too large.' }, { connection: 'close' })
    return
  }
  const isRepeatable = canRepeat(request, body)
  for (const [index, region] of candidates.regions.entries()) {
    const hasNext = index < candidates.regions.length - 1
    const isRefused = (status: number) =>
      hasNext && isRepeatable && (status >= 500 || (status === 404 && candidates.isTriedOnNotFound))
    const attempt = await tryRegion(options, { region, body, isRefused }, request, response)
    if (attempt.kind === 'answered' || response.destroyed) return
    if (!attempt.isSafe && !isRepeatable) break
  }
  if (response.headersSent) {
    response.destroy()
    return
  }
  sendJson(response, 503, { message: 'No Region can answer now.' }, { 'retry-after': '1' })
}

/** Whether doing it twice does no harm: reading, and tokens of machines, which leave no trace. */
function canRepeat(request: IncomingMessage, body: Buffer): boolean {
  const { method, url } = request
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return true
  if (method !== 'POST' || !/\/oauth2\/token(?:\?|$)/.test(url ?? '')) return false
  return new URLSearchParams(body.toString('utf8')).get('grant_type') === 'client_credentials'
}

async function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) return undefined
  const parts: Buffer[] = []
  let length = 0
  for await (const part of request) {
    length += (part as Buffer).length
    if (length > bytesMax) return undefined
    parts.push(part as Buffer)
  }
  return Buffer.concat(parts)
}

interface Try {
  readonly region: EdgeRegion
  readonly body: Buffer
  /** Whether an answer with this status is left for the next Region to better. */
  isRefused(status: number): boolean
}

function tryRegion(
  { connections, health, log, answerTimeoutMs }: ProxyOptions,
  { region, body, isRefused }: Try,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Attempt> {
  return new Promise((resolve) => {
    const url = new URL(region.endpoint)
    const upstream = connections.request(url, {
      method: request.method ?? 'GET',
      path: request.url ?? '/',
      headers: headersForRegion(request, url, body),
      timeout: answerTimeoutMs,
    })
    let hasConnected = false
    upstream.on('socket', (socket) => {
      hasConnected = !socket.connecting
      socket.setTimeout(hasConnected ? answerTimeoutMs : CONNECT_TIMEOUT_MS)
      socket.once('connect', () => {
        hasConnected = true
        socket.setTimeout(answerTimeoutMs)
      })
    })
    const abandon = () => upstream.destroy()
    response.once('close', abandon)
    upstream.on('timeout', abandon)
    upstream.on('error', (error) => {
      response.off('close', abandon)
      const isSafe = !hasConnected || isConnectFailure(error)
      if (isSafe) health.reportRefused(region.name)
      if (!response.destroyed) log.warn('region did not answer', { region: region.name, error })
      if (response.headersSent) response.destroy()
      resolve({ kind: 'failed', isSafe })
    })
    upstream.on('response', (answer) => {
      const status = answer.statusCode ?? 502
      if (isRefused(status)) {
        response.off('close', abandon)
        answer.resume()
        resolve({ kind: 'failed', isSafe: false })
        return
      }
      response.writeHead(status, headersForCaller(answer, region))
      answer.pipe(response)
      // The Region broke off: the caller must not take the half for the whole.
      answer.on('error', () => response.destroy())
      response.once('close', () => resolve({ kind: 'answered' }))
    })
    upstream.end(body)
  })
}

function headersForRegion(request: IncomingMessage, url: URL, body: Buffer): OutgoingHttpHeaders {
  const named = namedByConnection(request)
  const headers: OutgoingHttpHeaders = {}
  for (const [name, values] of Object.entries(request.headersDistinct)) {
    if (!NOT_SENT_ON.has(name) && !named.has(name) && values !== undefined) {
      headers[name] = values.length === 1 ? values[0] : values
    }
  }
  const before = request.headers['x-forwarded-for']
  const caller = request.socket.remoteAddress ?? ''
  headers['x-forwarded-for'] = before === undefined ? caller : `${before}, ${caller}`
  headers['x-forwarded-host'] = request.headers.host ?? ''
  headers['x-forwarded-proto'] = 'encrypted' in request.socket ? 'https' : 'http'
  headers['host'] = url.host
  if (body.length > 0 || request.method === 'POST') headers['content-length'] = body.length
  return headers
}

function headersForCaller(answer: IncomingMessage, region: EdgeRegion): string[] {
  const named = namedByConnection(answer)
  const headers: string[] = []
  for (let index = 0; index < answer.rawHeaders.length; index += 2) {
    const name = answer.rawHeaders[index] ?? ''
    const lower = name.toLowerCase()
    if (HOP_BY_HOP.has(lower) || named.has(lower)) continue
    headers.push(name, answer.rawHeaders[index + 1] ?? '')
  }
  headers.push('x-twinpool-region', region.name)
  return headers
}

/** Headers that the sender's Connection header keeps to this hop. */
function namedByConnection(message: IncomingMessage): ReadonlySet<string> {
  const names = message.headers.connection?.toLowerCase().split(',') ?? []
  return new Set(names.map((name) => name.trim()))
}

/** A JSON answer of the edge itself. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    ...headers,
  })
  response.end(JSON.stringify(body))
}
