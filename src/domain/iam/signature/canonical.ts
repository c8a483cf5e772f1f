// The canonical request of AWS Signature Version 4: the one text that signer and verifier both
// derive from a request. It is computed from what was sent, so anything that a proxy or an attacker
// changes on the way changes the text.
import { createHash } from 'node:crypto'

/** A request as it was, or will be, sent. */
export interface SignableRequest {
  readonly method: string
  /** Path and query as sent. */
  readonly url: string
  /** By lower-case name; an array when the header was repeated. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: Uint8Array
}

/** The only algorithm of the version. */
export const ALGORITHM = 'AWS4-HMAC-SHA256'
/** The last part of every credential scope. */
export const TERMINATOR = 'aws4_request'

/** SHA-256 in lower-case hexadecimal. */
export function sha256Hex(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex')
}

/** Percent-encoding of RFC 3986: all but unreserved characters. */
export function encodeUri(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** Name and value of each query parameter, decoded; undefined when the encoding is broken. */
export function queryParameters(url: string): readonly (readonly [string, string])[] | undefined {
  const start = url.indexOf('?')
  if (start < 0 || start === url.length - 1) return []
  const parameters: (readonly [string, string])[] = []
  for (const part of url.slice(start + 1).split('&')) {
    if (part === '') continue
    const equals = part.indexOf('=')
    const name = equals < 0 ? part : part.slice(0, equals)
    const value = equals < 0 ? '' : part.slice(equals + 1)
    try {
      parameters.push([decodeURIComponent(name), decodeURIComponent(value)])
    } catch {
      return undefined
    }
  }
  return parameters
}

/** The path, without redundant parts and encoded once more than it was sent. */
function canonicalPath(url: string): string {
  const end = url.indexOf('?')
  const path = end < 0 ? url : url.slice(0, end)
  if (path === '/') return path
  const segments: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop()
    else if (segment !== '' && segment !== '.') segments.push(encodeUri(segment))
  }
  return `/${segments.join('/')}${segments.length > 0 && path.endsWith('/') ? '/' : ''}`
}

function canonicalQuery(parameters: readonly (readonly [string, string])[]): string {
  return parameters
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [encodeUri(name), encodeUri(value)] as const)
    .sort(([a, aValue], [b, bValue]) => order(a, b) || order(aValue, bValue))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function canonicalValue(value: string | readonly string[] | undefined): string {
  const values = typeof value === 'string' ? [value] : (value ?? [])
  return values.map((one) => one.trim().replace(/\s+/g, ' ')).join(',')
}

/** The canonical request, or undefined when the query cannot be decoded. */
export function canonicalRequest(
  request: SignableRequest,
  signedHeaders: readonly string[],
  bodyHash: string,
): string | undefined {
  const parameters = queryParameters(request.url)
  if (parameters === undefined) return undefined
  let headers = ''
  for (const name of signedHeaders) {
    headers += `${name}:${canonicalValue(request.headers[name])}\n`
  }
  return [
    request.method,
    canonicalPath(request.url),
    canonicalQuery(parameters),
    headers,
    signedHeaders.join(';'),
    bodyHash,
  ].join('\n')
}

/** What is signed: the moment, the scope and the hash of the canonical request. */
export function stringToSign(timestamp: string, scope: string, canonical: string): string {
  return `${ALGORITHM}\n${timestamp}\n${scope}\n${sha256Hex(canonical)}`
}

/** `20260102T030405Z`. */
export function formatTimestamp(atMs: number): string {
  return new Date(atMs).toISOString().replace(/[-:]|\.\d+/g, '')
}

/** Milliseconds since the epoch of `20260102T030405Z`; undefined for anything else. */
export function parseTimestamp(text: string): number | undefined {
  const parts = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(text)
  if (parts === null) return undefined
  const [, year, month, day, hour, minute, second] = parts
  const atMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  return Number.isNaN(atMs) ? undefined : atMs
}
