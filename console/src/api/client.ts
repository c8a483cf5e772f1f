// Calls of the console to Regions: the same AWS JSON operations as every client's, through the
// origin that served the page, which hands each call to the Region that its path names. What
// authenticates is the session cookie and the CSRF token beside it; no secret is kept here.

/** The services of a Region's endpoint. */
export type Service = 'cognito-idp' | 'kms' | 'twinpool'

export type Members = Readonly<Record<string, unknown>>

/** A call of an operation; `input` as the API spells it. */
export interface Call {
  readonly service: Service
  readonly operation: string
  readonly input: Members
}

/** A call of a change: of the change's Region, unless it names another. */
export interface RegionalCall extends Call {
  readonly region?: string
}

/** Whom the console speaks for, and where. */
export interface Session {
  readonly accessKeyId: string
  readonly arn: string
  readonly accountId: string
  readonly csrfToken: string
  /** Epoch seconds. */
  readonly expiresAt: number
  readonly idleSeconds: number
  /** The Region that served the session. */
  readonly region: string
  readonly regions: readonly RegionName[]
  /** The URL of the edge; absent where the deployment names none. */
  readonly edge?: string
  /** Template of the address of a user pool domain. */
  readonly domainTemplate: string
  readonly keysDriver: 'embedded' | 'aws-kms'
  readonly version: string
  /** How far the clock of this browser was ahead of the server's. */
  readonly clockAheadSeconds: number
}

export interface RegionName {
  readonly name: string
  /** Such as "US West (Oregon)". */
  readonly title: string
  readonly endpoint: string
}

/** An operation that was refused, or a Region that does not respond. */
export class CallError extends Error {
  override readonly name = 'CallError'
  readonly type: string
  readonly status: number

  constructor(type: string, message: string, status: number) {
    super(message)
    this.type = type
    this.status = status
  }

  /** Whether nobody said no: the Region, the network to it, or what it depends on is away. */
  get isUnreachable(): boolean {
    return this.isUnanswered || this.status >= 500
  }

  /** Whether nobody answered, not even that it failed. */
  get isUnanswered(): boolean {
    return this.type === 'RegionUnavailableException'
  }
}

const PREFIXES: Readonly<Record<Service, string>> = {
  'cognito-idp': 'AWSCognitoIdentityProviderService',
  kms: 'TrentService',
  twinpool: 'TwinpoolService',
}

/** Calls an operation of a Region. Throws CallError. */
export async function callRegion<Output = Members>(
  { csrfToken }: Session,
  region: string,
  { service, operation, input }: Call,
): Promise<Output> {
  const response = await send(`api/${encodeURIComponent(region)}`, input, {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `${PREFIXES[service]}.${operation}`,
    'x-twinpool-csrf': csrfToken,
  })
  const body = await membersOf(response)
  if (response.ok) return body as Output
  const error = errorOf(body, response)
  // Whoever stood between says it in words that do not know which Region was meant.
  throw error.isUnanswered
    ? new CallError(error.type, `${region} does not respond.`, error.status)
    : error
}

/** The session of the cookie; undefined when there is none that is valid. */
export async function readSession(): Promise<Session | undefined> {
  const response = await fetch('session', { headers: { accept: 'application/json' } })
  if (response.status !== 401) return sessionOf(response)
  // A body that is not read keeps its connection.
  await response.text()
  return undefined
}

async function sessionOf(response: Response): Promise<Session> {
  const body = await membersOf(response)
  if (!response.ok) throw errorOf(body, response)
  const atMs = Date.parse(response.headers.get('date') ?? '')
  const clockAheadSeconds = Number.isNaN(atMs) ? 0 : (Date.now() - atMs) / 1000
  return { ...body, clockAheadSeconds } as unknown as Session
}

export type SignIn =
  | { readonly accessKeyId: string; readonly secretAccessKey: string }
  | { readonly link: string }

/** Begins a session. Throws CallError with what to tell the person. */
export async function signIn(proof: SignIn): Promise<Session> {
  return sessionOf(await send('session', proof, { 'content-type': 'application/json' }))
}

/** Ends the session of this browser, also where it is another by now. Throws CallError. */
export async function signOut({ csrfToken }: Session): Promise<void> {
  const { status } = await sendSignOut(csrfToken)
  if (status !== 403) return
  const session = await readSession()
  if (session !== undefined) await sendSignOut(session.csrfToken)
}

function sendSignOut(csrfToken: string): Promise<Response> {
  const headers = { 'content-type': 'application/json', 'x-twinpool-csrf': csrfToken }
  return send('sign-out', {}, headers)
}

async function send(path: string, body: unknown, headers: Record<string, string>) {
  try {
    return await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })
  } catch {
    const text = 'The console does not respond; is its Region up?'
    throw new CallError('RegionUnavailableException', text, 0)
  }
}

async function membersOf(response: Response): Promise<Members> {
  const text = await response.text()
  try {
    const value: unknown = text === '' ? {} : JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Members) : {}
  } catch {
    return {}
  }
}

function errorOf(body: Members, { status }: Response): CallError {
  const type = String(body['__type'] ?? '').replace(/^.*#/, '')
  const message = body['message'] ?? body['Message']
  const isAway = status === 502 || status === 503 || status === 504
  return new CallError(
    type === '' && isAway ? 'RegionUnavailableException' : type || `HTTP ${status}`,
    typeof message === 'string' && message !== '' ? message : `The service answered ${status}.`,
    status,
  )
}
