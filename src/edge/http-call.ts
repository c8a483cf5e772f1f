// The edge's client for Regions: connections that are kept open, with limits in time and size. What
// matters about a failure is whether the Region may have processed the request, and whether it
// says anything about the Region: an edge without file descriptors of its own finds every Region
// unreachable.
import { Agent, type Dispatcher } from 'undici'
import type { Clock } from '#base/clock.js'

export interface HttpCall {
  readonly url: URL
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  readonly timeoutMs: number
}

export interface HttpReply {
  readonly status: number
  readonly body: string
}

/** A request to a Region; the path is sent as it is. */
export interface RegionRequest {
  readonly origin: string
  readonly path: string
  readonly method: string
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: Uint8Array | undefined
  readonly signal: AbortSignal
}

/** A response of a Region, whose body is still to be read or thrown away. */
export interface RegionResponse {
  readonly status: number
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[]
  readonly body: Dispatcher.ResponseData['body']
}

/**
 * Why there is no response.
 * - `refused`: no process listens there; nothing was processed
 * - `unreachable`: the address is silent; nothing was processed
 * - `unsent`: this process could not send; nothing was processed, and the Region has no part in it
 * - `broken`: the connection ended; the request may have been processed
 * - `timeout`: the Region was silent; the request may have been processed
 */
export type NoResponseReason = 'refused' | 'unreachable' | 'unsent' | 'broken' | 'timeout'

export class NoResponseError extends Error {
  override readonly name = 'NoResponseError'
  readonly reason: NoResponseReason

  constructor(reason: NoResponseReason, options?: { cause?: unknown }) {
    super(`no response: ${reason}`, options)
    this.reason = reason
  }

  /** Whether the Region cannot have processed the request. */
  get isSafe(): boolean {
    return this.reason !== 'broken' && this.reason !== 'timeout'
  }
}

const BODY_BYTES_MAX = 8 * 1024 * 1024
const HEADER_BYTES_MAX = 32 * 1024

/** A host that is gone refuses nothing; it is silent. */
const CONNECT_TIMEOUT_MS = 1000
const KEEP_ALIVE_MS = 30_000

/** Connections of one process to Regions. */
export class Connections {
  readonly #agent: Agent

  /** @param silenceMs how long a Region may send nothing */
  constructor({ silenceMs }: { readonly silenceMs: number }) {
    this.#agent = new Agent({
      connect: { timeout: CONNECT_TIMEOUT_MS },
      headersTimeout: silenceMs,
      bodyTimeout: silenceMs,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: HEADER_BYTES_MAX,
      pipelining: 1,
    })
  }

  /** Sends a request and resolves with the head of the response. Throws NoResponseError. */
  async request(request: RegionRequest): Promise<RegionResponse> {
    try {
      const { statusCode, headers, body } = await this.#agent.request({
        origin: request.origin,
        path: request.path,
        method: request.method as Dispatcher.HttpMethod,
        headers: request.headers as Record<string, string | string[]>,
        body: request.body ?? null,
        signal: request.signal,
        responseHeaders: 'raw',
      })
      return { status: statusCode, rawHeaders: headers as unknown as string[], body }
    } catch (cause) {
      throw new NoResponseError(reasonOf(cause), { cause })
    }
  }

  close(): Promise<void> {
    return this.#agent.destroy()
  }
}

/** Codes that say that the address refuses or is not there. */
const REFUSALS = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ENOTFOUND'])

function reasonOf(error: unknown): NoResponseReason {
  if (!(error instanceof Error)) return 'broken'
  // A name with several addresses fails as a group.
  const first = error instanceof AggregateError ? error.errors[0] : error
  const { code, syscall } = first as NodeJS.ErrnoException
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return 'unreachable'
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') return 'timeout'
  if (syscall !== 'connect' && syscall !== 'getaddrinfo') return 'broken'
  if (code === 'ETIMEDOUT') return 'unreachable'
  return REFUSALS.has(code ?? '') ? 'refused' : 'unsent'
}

/** Calls and reads the whole response. Throws NoResponseError. */
export async function callHttp(
  connections: Connections,
  clock: Clock,
  call: HttpCall,
): Promise<HttpReply> {
  const done = new AbortController()
  const late = new AbortController()
  void clock.wait(call.timeoutMs, done.signal).then((isLate) => {
    if (isLate) late.abort()
  })
  try {
    const { status, body } = await connections.request({
      origin: call.url.origin,
      path: `${call.url.pathname}${call.url.search}`,
      method: call.method,
      headers: call.headers,
      body: call.body,
      signal: late.signal,
    })
    return { status, body: await readText(body) }
  } catch (error) {
    if (late.signal.aborted) throw new NoResponseError('timeout', { cause: error })
    throw error instanceof NoResponseError ? error : new NoResponseError('broken', { cause: error })
  } finally {
    done.abort()
  }
}

async function readText(body: RegionResponse['body']): Promise<string> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of body) {
    length += (part as Buffer).length
    if (length > BODY_BYTES_MAX) throw new NoResponseError('broken')
    parts.push(part as Buffer)
  }
  return Buffer.concat(parts).toString('utf8')
}
