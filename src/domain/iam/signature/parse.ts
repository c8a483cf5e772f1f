// Reads the signature that a request claims, from its Authorization header or from the query of a
// presigned URL. Nothing here is proved yet: it says what is to be verified, or why it cannot be.
import {
  ALGORITHM,
  formatTimestamp,
  parseTimestamp,
  queryParameters,
  type SignableRequest,
} from './canonical.js'
import type { CredentialScope } from './signing-key.js'

/** Why a signature is not accepted. `message` is public. */
export interface SignatureRefusal {
  readonly kind: 'refused'
  readonly reason: 'missing' | 'incomplete' | 'invalid' | 'unknown-key'
  readonly message: string
}

/** A signature as the request claims it. */
export interface ClaimedSignature {
  readonly kind: 'claimed'
  readonly form: 'header' | 'query'
  readonly accessKeyId: string
  readonly scope: CredentialScope
  readonly terminator: string
  /** Lower-case names in order. */
  readonly signedHeaders: readonly string[]
  readonly signature: string
  readonly timestamp: string
  readonly signedAtMs: number
  /** Of presigned requests. */
  readonly expiresSeconds: number | undefined
  readonly hasSessionToken: boolean
}

/** A refusal with its public message. */
export function refuse(reason: SignatureRefusal['reason'], message: string): SignatureRefusal {
  return { kind: 'refused', reason, message }
}

const MISSING = refuse('missing', 'Missing Authentication Token')
const EXPIRES_MAX_SECONDS = 604_800

/** Headers that decide what the request means, and so must be covered when they are there. */
const COVERED = ['x-amz-target', 'x-amz-date', 'x-amz-content-sha256', 'x-amz-security-token']

/** Headers that a signed request may carry once only. */
const SINGLE = ['authorization', 'host', 'date', 'x-amz-date', 'x-amz-target']

/** The signature that the request claims to have. */
export function parseSignature(request: SignableRequest): ClaimedSignature | SignatureRefusal {
  for (const name of SINGLE) {
    const value = request.headers[name]
    if (typeof value !== 'string' && (value?.length ?? 0) > 1) {
      return refuse('incomplete', `The header '${name}' was sent more than once.`)
    }
  }
  const authorization = single(request, 'authorization')
  const parameters = request.url.includes('X-Amz-') ? queryParameters(request.url) : []
  if (parameters === undefined) return refuse('incomplete', 'The query cannot be decoded.')
  const isPresigned = parameters.some(([name]) => name === 'X-Amz-Signature')
  if (authorization === undefined) return isPresigned ? parseQuery(request, parameters) : MISSING
  if (!authorization.startsWith('AWS4-')) return MISSING
  if (isPresigned) {
    return refuse('incomplete', 'Sign with the Authorization header or with the query, not both.')
  }
  return parseHeader(request, authorization)
}

function single(request: SignableRequest, name: string): string | undefined {
  const value = request.headers[name]
  return typeof value === 'string' ? value : value?.[0]
}

function parseHeader(
  request: SignableRequest,
  authorization: string,
): ClaimedSignature | SignatureRefusal {
  const space = authorization.indexOf(' ')
  const algorithm = space < 0 ? authorization : authorization.slice(0, space)
  if (algorithm !== ALGORITHM) {
    return refuse('incomplete', `Unsupported AWS 'algorithm': '${algorithm}'.`)
  }
  const parameters = new Map<string, string>()
  for (const part of space < 0 ? [] : authorization.slice(space + 1).split(',')) {
    const equals = part.indexOf('=')
    const name = part.slice(0, equals).trim()
    if (equals < 0 || parameters.has(name)) {
      return refuse('incomplete', 'The Authorization header cannot be read.')
    }
    parameters.set(name, part.slice(equals + 1).trim())
  }
  const missing = ['Credential', 'Signature', 'SignedHeaders']
    .filter((name) => !parameters.get(name))
    .map((name) => `Authorization header requires '${name}' parameter.`)
  const timestamp = timestampOf(request)
  if (timestamp === undefined) {
    missing.push(
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    )
  }
  if (missing.length > 0) return refuse('incomplete', missing.join(' '))
  return claim(request, {
    form: 'header',
    credential: parameters.get('Credential') ?? '',
    signedHeaders: parameters.get('SignedHeaders') ?? '',
    signature: parameters.get('Signature') ?? '',
    timestamp: timestamp ?? '',
    expiresSeconds: undefined,
    hasSessionToken: Boolean(single(request, 'x-amz-security-token')),
  })
}

/** The moment of signing: X-Amz-Date, or Date in the form of HTTP or of ISO 8601. */
function timestampOf(request: SignableRequest): string | undefined {
  const amzDate = single(request, 'x-amz-date')
  if (amzDate !== undefined) return amzDate.trim()
  const date = single(request, 'date')?.trim()
  if (date === undefined) return undefined
  if (parseTimestamp(date) !== undefined) return date
  const atMs = Date.parse(date)
  return Number.isNaN(atMs) ? date : formatTimestamp(atMs)
}

function parseQuery(
  request: SignableRequest,
  parameters: readonly (readonly [string, string])[],
): ClaimedSignature | SignatureRefusal {
  const values = new Map<string, string>()
  for (const [name, value] of parameters) {
    if (!name.startsWith('X-Amz-')) continue
    if (values.has(name)) return refuse('incomplete', `'${name}' was sent more than once.`)
    values.set(name, value)
  }
  const needed = ['Algorithm', 'Credential', 'Signature', 'SignedHeaders', 'Date', 'Expires']
  const missing = needed.filter((name) => !values.get(`X-Amz-${name}`))
  if (missing.length > 0) {
    const sentences = missing.map(
      (name) => `AWS query-string parameters must include 'X-Amz-${name}'.`,
    )
    return refuse('incomplete', sentences.join(' '))
  }
  const algorithm = values.get('X-Amz-Algorithm')
  if (algorithm !== ALGORITHM) {
    return refuse('incomplete', `Unsupported AWS 'algorithm': '${algorithm}'.`)
  }
  const expires = values.get('X-Amz-Expires') ?? ''
  if (!/^\d{1,9}$/.test(expires) || Number(expires) > EXPIRES_MAX_SECONDS) {
    return refuse('invalid', 'X-Amz-Expires must be a number of seconds not over a week (604800).')
  }
  return claim(request, {
    form: 'query',
    credential: values.get('X-Amz-Credential') ?? '',
    signedHeaders: values.get('X-Amz-SignedHeaders') ?? '',
    signature: values.get('X-Amz-Signature') ?? '',
    timestamp: values.get('X-Amz-Date') ?? '',
    expiresSeconds: Number(expires),
    hasSessionToken: Boolean(values.get('X-Amz-Security-Token')),
  })
}

interface Parts {
  readonly form: 'header' | 'query'
  readonly credential: string
  readonly signedHeaders: string
  readonly signature: string
  readonly timestamp: string
  readonly expiresSeconds: number | undefined
  readonly hasSessionToken: boolean
}

function claim(request: SignableRequest, parts: Parts): ClaimedSignature | SignatureRefusal {
  const [accessKeyId, day, region, service, terminator, ...rest] = parts.credential.split('/')
  if (!accessKeyId || !day || !region || !service || !terminator || rest.length > 0) {
    return refuse(
      'incomplete',
      'Credential must have exactly 5 slash-delimited elements, ' +
        'e.g. keyid/date/region/service/term.',
    )
  }
  const signedAtMs = parseTimestamp(parts.timestamp)
  if (signedAtMs === undefined) {
    return refuse('incomplete', 'Date must be in ISO-8601 basic format, such as 20260102T030405Z.')
  }
  const signedHeaders = parts.signedHeaders.toLowerCase().split(';').sort()
  if (signedHeaders.some((name, index) => name === '' || name === signedHeaders[index - 1])) {
    return refuse('incomplete', 'SignedHeaders names a header twice, or one without a name.')
  }
  if (!signedHeaders.includes('host')) {
    return refuse('invalid', "'Host' must be a 'SignedHeader' in the AWS Authorization.")
  }
  const uncovered = COVERED.find(
    (name) => request.headers[name] !== undefined && !signedHeaders.includes(name),
  )
  if (uncovered !== undefined) {
    return refuse('invalid', `'${uncovered}' was sent and must be a 'SignedHeader'.`)
  }
  return {
    kind: 'claimed',
    form: parts.form,
    accessKeyId,
    scope: { day, region, service },
    terminator,
    signedHeaders,
    signature: parts.signature,
    timestamp: parts.timestamp,
    signedAtMs,
    expiresSeconds: parts.expiresSeconds,
    hasSessionToken: parts.hasSessionToken,
  }
}
