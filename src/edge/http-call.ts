// A small HTTP client for what the edge asks of Regions itself: bounded in time and size, with
// connections kept open. Regions may be reached by http or https.
import * as http from 'node:http'
import * as https from 'node:https'
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

/** The call had no answer: nobody listens there, or nobody answered in time. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError'
  readonly reason: 'refused' | 'timeout' | 'broken'

  constructor(reason: 'refused' | 'timeout' | 'broken', options?: { cause?: unknown }) {
    super(`no answer: ${reason}`, options)
    this.reason = reason
  }
}

const BODY_BYTES_MAX = 8 * 1024 * 1024
const IDLE_SOCKETS_MAX = 64

/** Connections of one process to Regions. */
export class Connections {
  readonly #http: http.Agent
  readonly #https: https.Agent

  constructor() {
    const options = {
      keepAlive: true,
      maxFreeSockets: IDLE_SOCKETS_MAX,
      scheduling: 'lifo',
    } as const
    this.#http = new http.Agent(options)
    this.#https = new https.Agent(options)
  }

  /** Begins a request; the caller sends the body and listens. */
  request(url: URL, options: http.RequestOptions): http.ClientRequest {
    return url.protocol === 'https:'
      ? https.request(url, { ...options, agent: this.#https })
      : http.request(url, { ...options, agent: this.#http })
  }

  close(): void {
    this.#http.destroy()
    this.#https.destroy()
  }
}

/** Whether an error means that no connection came about, so nothing was processed. */
export function isConnectFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code, syscall } = error as NodeJS.ErrnoException
  if (syscall === 'connect' || syscall === 'getaddrinfo') return true
  // Names with several addresses fail as a group.
  return code === 'ECONNREFUSED' || (error instanceof AggregateError && code !== 'ECONNRESET')
}

/** Calls and reads the whole answer. Throws NoAnswerError. */
export async function callHttp(
  connections: Connections,
  clock: Clock,
  call: HttpCall,
): Promise<HttpReply> {
  const done = new AbortController()
  const { promise, resolve, reject } = deferred<HttpReply>()
  const request = connections.request(call.url, { method: call.method, headers: call.headers })
  request.on('error', (cause) => {
    reject(new NoAnswerError(isConnectFailure(cause) ? 'refused' : 'broken', { cause }))
  })
  request.on('response', (response) => readReply(response, resolve, reject))
  request.end(call.body)
  void clock.wait(call.timeoutMs, done.signal).then((isLate) => {
    if (!isLate) return
    reject(new NoAnswerError('timeout'))
    request.destroy()
  })
  try {
    return await promise
  } finally {
    done.abort()
  }
}

function readReply(
  response: http.IncomingMessage,
  resolve: (reply: HttpReply) => void,
  reject: (error: Error) => void,
): void {
  const parts: Buffer[] = []
  let length = 0
  response.on('data', (part: Buffer) => {
    parts.push(part)
    length += part.length
    if (length > BODY_BYTES_MAX) response.destroy()
  })
  response.on('end', () => {
    resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString('utf8') })
  })
  response.on('error', (cause) => reject(new NoAnswerError('broken', { cause })))
  response.on('close', () => reject(new NoAnswerError('broken')))
}

interface Deferred<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
  readonly reject: (error: Error) => void
}

function deferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => {}
  let reject: (error: Error) => void = () => {}
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue
    reject = onError
  })
  return { promise, resolve, reject }
}
