// What a face is to the server: a method, a path and a function from request to answer. Faces know
// nothing of the HTTP library, so they can be tested by calling them.

export type HttpHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

export interface HttpRequest {
  readonly requestId: string
  readonly method: string
  /** Path and query as sent. */
  readonly url: string
  /** Named parts of the path, percent-decoded. */
  readonly params: Readonly<Record<string, string>>
  /** By lower-case name. Arrays only in requests that repeat a header. */
  readonly headers: HttpHeaders
  /** The bytes as sent; empty when there are none. */
  readonly body: Uint8Array
  readonly sourceIp: string
}

export interface HttpResponse {
  readonly status: number
  /** A list is sent as one header for each value, as several cookies need. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: string
}

export interface Route {
  /**
   * What the listener leaves to the route. A route that is about API operations counts its calls
   * and writes its audit lines itself, by operation; of one that only machines of the deployment
   * ask, many times a minute, requests are no news.
   */
  readonly accounts?: 'by-operation' | 'quietly'
  readonly method: 'GET' | 'POST' | 'OPTIONS'
  /** With `:name` for named parts, such as `/:poolId/.well-known/jwks.json`. */
  readonly path: string
  handle(request: HttpRequest): HttpResponse | Promise<HttpResponse>
}

/** The one value of a header; undefined when it is absent or was sent more than once. */
export function headerOf(headers: HttpHeaders, name: string): string | undefined {
  const value = headers[name]
  if (typeof value === 'string') return value
  return value?.length === 1 ? value[0] : undefined
}

/** A JSON answer that any page may read. */
export function jsonResponse(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  return {
    status,
    headers: {
      'content-type': 'application/json',
      'access-control-allow-origin': '*',
      ...headers,
    },
    body: JSON.stringify(body),
  }
}
