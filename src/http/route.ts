// What a face is to the listener: a method, a path and a function from request to response. Faces
// know nothing of the HTTP server, so they can be tested by calling them.

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
  /** A text, which is sent as UTF-8, or bytes, which are sent as they are. */
  readonly body: string | Uint8Array
}

/** A response whose body is a text. */
export interface TextResponse extends HttpResponse {
  readonly body: string
}

export interface Route {
  /**
   * What the listener leaves to the route. A route that is about API operations counts its calls
   * and writes its audit lines itself, by operation; requests of one that only machines of the
   * deployment use, many times a minute, are logged at level `debug`.
   */
  readonly accounts?: 'by-operation' | 'quietly'
  /** A route for GET serves HEAD, too. */
  readonly method: 'GET' | 'POST' | 'OPTIONS' | 'PUT'
  /** With `:name` for named parts, such as `/:poolId/.well-known/jwks.json`. */
  readonly path: string
  handle(request: HttpRequest): HttpResponse | Promise<HttpResponse>
  /** In place of `handle`: reads the body as it comes, and bounds it itself. */
  receive?(request: HttpRequest, body: AsyncIterable<Uint8Array>): Promise<HttpResponse>
}

/** The one value of a header; undefined when it is absent or was sent more than once. */
export function headerOf(headers: HttpHeaders, name: string): string | undefined {
  const value = headers[name]
  if (typeof value === 'string') return value
  return value?.length === 1 ? value[0] : undefined
}

/** A JSON response that any page may read. */
export function jsonResponse(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): TextResponse {
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

const PARAMETER_LENGTH_MAX = 256
const NO_PARAMS = Object.freeze({})

export interface FoundRoute<T> {
  readonly route: T
  readonly params: Readonly<Record<string, string>>
}

/** Finds routes by method and path. */
export class RouteTable<T extends Pick<Route, 'method' | 'path'>> {
  readonly #byPath = new Map<string, FoundRoute<T>>()
  readonly #withParams: { readonly route: T; readonly parts: readonly string[] }[] = []

  constructor(routes: readonly T[]) {
    for (const route of routes) {
      const parts = route.path.split('/')
      if (parts.some((part) => part.startsWith(':'))) this.#withParams.push({ route, parts })
      else this.#byPath.set(`${route.method} ${route.path}`, { route, params: NO_PARAMS })
    }
  }

  /** Undefined when there is none. Throws URIError when the path cannot be read. */
  find(requestMethod: string, url: string): FoundRoute<T> | undefined {
    const method = requestMethod === 'HEAD' ? 'GET' : requestMethod
    const path = pathOf(url)
    const parts = path.includes('%') ? path.split('/').map(decodeURIComponent) : undefined
    const known = this.#byPath.get(`${method} ${parts?.join('/') ?? path}`)
    return known ?? this.#findWithParams(method, parts ?? path.split('/'))
  }

  #findWithParams(method: string, parts: readonly string[]): FoundRoute<T> | undefined {
    for (const { route, parts: wanted } of this.#withParams) {
      if (route.method !== method || wanted.length !== parts.length) continue
      const params = paramsOf(wanted, parts)
      if (params !== undefined) return { route, params }
    }
    return undefined
  }
}

/** The path of a request target, which may be a whole URL, or `*` (RFC 9112, section 3.2). */
function pathOf(target: string): string {
  if (target === '*') return '/'
  const url = target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?]*/, '')
  const end = url.indexOf('?')
  return end < 0 ? url : url.slice(0, end)
}

function paramsOf(wanted: readonly string[], parts: readonly string[]) {
  const params: Record<string, string> = {}
  for (const [index, name] of wanted.entries()) {
    const part = parts[index] ?? ''
    if (!name.startsWith(':')) {
      if (name !== part) return undefined
    } else if (part.length > PARAMETER_LENGTH_MAX) throw new URIError('a part is too long')
    else params[name.slice(1)] = part
  }
  return params
}
