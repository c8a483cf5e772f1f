// Signing in to the console and out of it: `/console/session` and `/console/sign-out`. A refusal
// says neither what was wrong nor which keys there are, and nothing here logs or returns a secret.
import type { AuditTrail } from '#app/audit/trail.js'
import type { ConsoleSessions, OpenSession } from '#app/console/session.js'
import { IDLE_SECONDS, SESSION_SECONDS } from '#app/console/session.js'
import type { Credential, SignIn, SignInOutcome } from '#app/console/sign-in.js'
import { textOf } from '#base/bytes.js'
import { isObject } from '#base/json.js'
import { CopyUnfinishedError } from '#ports/copies.js'
import type { HttpRequest, HttpResponse, Route } from '../route.js'
import { CONSOLE_HEADERS, consoleJson } from './headers.js'
import {
  cookieFor,
  isFromConsole,
  isOverHttps,
  knowsCsrfToken,
  noCookie,
  renewalOf,
  sessionOf,
} from './requests.js'

/** What the page is told of the deployment. */
export interface ConsoleDescription {
  readonly accountId: string
  /** The Region that serves the request. */
  readonly region: string
  readonly regions: readonly {
    readonly name: string
    readonly title: string
    readonly endpoint: string
  }[]
  readonly edge: string | undefined
  /** Template of the address of a user pool domain. */
  readonly domainTemplate: string
  readonly keysDriver: 'embedded' | 'aws-kms'
  readonly version: string
}

export interface SessionRouteServices {
  readonly sessions: ConsoleSessions
  readonly signIn: SignIn
  readonly trail: Pick<AuditTrail, 'record'>
  readonly description: ConsoleDescription
}

/** No link is longer, nor are an ID and a secret. */
const BODY_BYTES_MAX = 8192
const REFUSED = 'The access key, its secret or the link is not valid.'
const REFUSALS: Readonly<
  Record<Exclude<SignInOutcome['kind'], 'signed-in'>, readonly [number, string]>
> = {
  refused: [403, REFUSED],
  'too-many': [429, 'Too many failed attempts from this address. Try again in some minutes.'],
  unreachable: [503, 'The Region that made the link does not respond. Try again, or make another.'],
}

/** The routes of a session. */
export function sessionRoutes(services: SessionRouteServices): readonly Route[] {
  return [
    { method: 'GET', path: '/console/session', handle: (request) => show(services, request) },
    { method: 'POST', path: '/console/session', handle: (request) => begin(services, request) },
    { method: 'POST', path: '/console/sign-out', handle: (request) => end(services, request) },
  ]
}

function show(services: SessionRouteServices, request: HttpRequest): Promise<HttpResponse> {
  return orLater(async () => {
    const found = await sessionOf(services.sessions, request)
    if (found === undefined) return consoleJson(401, { message: 'You are not signed in.' })
    const headers = renewalOf(services.sessions, found.session)
    return consoleJson(200, describe(services.description, found), headers)
  })
}

function begin(services: SessionRouteServices, request: HttpRequest): Promise<HttpResponse> {
  return orLater(async () => {
    if (!isFromConsole(request)) return foreign()
    const credential = credentialOf(request.body)
    if (credential === undefined) {
      const message = 'Send accessKeyId and secretAccessKey, or link, as JSON.'
      return consoleJson(400, { message })
    }
    const { requestId, sourceIp } = request
    const outcome = await services.signIn(credential, sourceIp)
    if (outcome.kind !== 'signed-in') {
      const [status, message] = REFUSALS[outcome.kind]
      const later = status === 403 ? {} : { 'retry-after': '60' }
      return consoleJson(status, { message }, later)
    }
    const { key } = outcome
    const found = services.sessions.begin(key, { isSecure: isOverHttps(request) })
    // Stored before the cookie is given: nobody gets in without an entry.
    await services.trail.record({
      ...{ event: 'ended', service: 'console', operation: 'SignIn', outcome: 'ok' },
      ...{ requestId, sourceIp, caller: key.accessKeyId },
    })
    const headers = { 'set-cookie': cookieFor(services.sessions, found.session) }
    return consoleJson(200, describe(services.description, found), headers)
  })
}

function end(services: SessionRouteServices, request: HttpRequest): Promise<HttpResponse> {
  return orLater(async () => {
    if (!isFromConsole(request)) return foreign()
    const found = await sessionOf(services.sessions, request)
    if (found === undefined) return consoleJson(401, { message: 'You are not signed in.' })
    if (!knowsCsrfToken(request, found.session)) {
      return consoleJson(403, { message: 'The CSRF token is missing or wrong.' })
    }
    const headers = { ...CONSOLE_HEADERS, 'cache-control': 'no-store' }
    return {
      status: 204,
      headers: { ...headers, 'set-cookie': noCookie(found.session) },
      body: '',
    }
  })
}

function foreign(): HttpResponse {
  return consoleJson(403, { message: 'The request does not come from the console.' })
}

function describe(description: ConsoleDescription, { session, key }: OpenSession) {
  return {
    accessKeyId: key.accessKeyId,
    arn: key.arn,
    csrfToken: session.csrfToken,
    expiresAt: Math.floor(session.startedAtMs / 1000) + SESSION_SECONDS,
    idleSeconds: IDLE_SECONDS,
    ...description,
  }
}

function credentialOf(body: Uint8Array): Credential | undefined {
  if (body.length > BODY_BYTES_MAX) return undefined
  let value: unknown
  try {
    value = JSON.parse(textOf(body))
  } catch {
    return undefined
  }
  if (!isObject(value)) return undefined
  const { accessKeyId, secretAccessKey, link } = value
  if (typeof link === 'string' && link !== '') return { kind: 'link', token: link }
  if (typeof accessKeyId !== 'string' || typeof secretAccessKey !== 'string') return undefined
  return { kind: 'key', accessKeyId, secretAccessKey }
}

/** While keys may be on their way, nobody is told that one does not exist. */
async function orLater(work: () => Promise<HttpResponse>): Promise<HttpResponse> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof CopyUnfinishedError)) throw error
    return consoleJson(503, { message: error.message }, { 'retry-after': '1' })
  }
}
