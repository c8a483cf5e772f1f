// The console's calls: `POST /console/api/:region`. A call runs through the same pipeline as a
// signed one, with the holder of the session's key as its caller. A call for another Region is
// passed on to it as it came, with the cookie and the token, so that that Region decides everything
// itself; one that was passed on is not passed on again.
import type { Forwarding } from '#app/console/forwarding.js'
import type { ConsoleSessions, OpenSession } from '#app/console/session.js'
import { textOf } from '#base/bytes.js'
import { CONSOLE_HEADERS } from '#http/console/headers.js'
import {
  CSRF_HEADER,
  cookieHeaderOf,
  isFromConsole,
  knowsCsrfToken,
  renewalOf,
  sessionOf,
} from '#http/console/requests.js'
import { type HttpRequest, type HttpResponse, headerOf, type Route } from '#http/route.js'
import { CopyUnfinishedError } from '#ports/copies.js'
import type { RegionEndpoints } from '#ports/region-endpoints.js'
import { type AwsJsonServices, dispatcherOf, toHttpResponse } from './aws-json.js'

export interface ConsoleCallServices {
  readonly region: string
  readonly regions: readonly string[]
  readonly sessions: ConsoleSessions
  readonly forwarding: Forwarding
  readonly endpoints: RegionEndpoints
  readonly services: AwsJsonServices
}

type Headers = Readonly<Record<string, string>>

const FORWARDED_HEADER = 'x-twinpool-forwarded'
const CONTENT_TYPE = 'application/x-amz-json-1.1'
const HEADERS: Headers = {
  ...CONSOLE_HEADERS,
  'content-type': CONTENT_TYPE,
  'cache-control': 'no-store',
}
/** Headers of a Region's response that are passed on. */
const PASSED_ON = ['x-amzn-errortype', 'x-amzn-errormessage'] as const

/** The route of the console's calls. The pipeline writes their audit lines. */
export function consoleCallRoute(services: ConsoleCallServices): Route {
  return {
    method: 'POST',
    path: '/console/api/:region',
    accounts: 'quietly',
    async handle(request) {
      try {
        return await handleCall(services, request)
      } catch (error) {
        if (!(error instanceof CopyUnfinishedError)) throw error
        return refusal(503, 'RegionUnavailableException', error.message)
      }
    },
  }
}

async function handleCall(
  services: ConsoleCallServices,
  request: HttpRequest,
): Promise<HttpResponse> {
  const { region: ownRegion, regions, sessions } = services
  const word = headerOf(request.headers, FORWARDED_HEADER)
  const forwarded = word === undefined ? undefined : services.forwarding.open(word)
  if (!isFromConsole(request) || (word !== undefined && forwarded === undefined)) {
    const message = 'The request does not come from the console.'
    return refusal(403, 'InvalidCsrfTokenException', message)
  }
  const found = await sessionOf(sessions, request)
  if (found === undefined) {
    return refusal(401, 'MissingAuthenticationTokenException', 'You are not signed in.')
  }
  if (!knowsCsrfToken(request, found.session)) {
    const message = 'The CSRF token is missing or wrong.'
    return refusal(403, 'InvalidCsrfTokenException', message)
  }
  const region = request.params['region'] ?? ''
  if (!regions.includes(region)) {
    return refusal(404, 'ResourceNotFoundException', 'There is no such Region.')
  }
  if (region === ownRegion) return run(services, request, found, forwarded?.sourceIp)
  return forwarded === undefined
    ? passOn(services, request, found, region)
    : refusal(503, 'RegionUnavailableException', `This is ${ownRegion} and not ${region}.`)
}

async function run(
  { sessions, services }: ConsoleCallServices,
  request: HttpRequest,
  { session, key }: OpenSession,
  passedOnFrom: string | undefined,
): Promise<HttpResponse> {
  const sourceIp = passedOnFrom ?? request.sourceIp
  const response = await dispatcherOf(services)({ ...request, sourceIp }, key)
  // A Region that passes a call on renews the cookie itself.
  const renewal = passedOnFrom === undefined ? renewalOf(sessions, session) : {}
  return toHttpResponse(response, { ...HEADERS, ...renewal })
}

async function passOn(
  { sessions, forwarding, endpoints }: ConsoleCallServices,
  request: HttpRequest,
  { session }: OpenSession,
  region: string,
): Promise<HttpResponse> {
  const response = await endpoints.post(region, {
    path: `/console/api/${region}`,
    headers: {
      'content-type': CONTENT_TYPE,
      'x-amz-target': headerOf(request.headers, 'x-amz-target') ?? '',
      cookie: cookieHeaderOf(request),
      [CSRF_HEADER]: session.csrfToken,
      [FORWARDED_HEADER]: forwarding.seal(region, request.sourceIp),
    },
    body: request.body,
  })
  // A proxy's error page is no response of the Region. Nor is it the end of the session, which is
  // good here, that the Region does not know its key yet.
  const isOfRegion = response?.headers['content-type'] === CONTENT_TYPE && response.status !== 401
  if (response === undefined || !isOfRegion) {
    const message = `Region ${region} cannot be reached. Try again.`
    return refusal(503, 'RegionUnavailableException', message)
  }
  const headers: Record<string, string> = { ...HEADERS, ...renewalOf(sessions, session) }
  for (const name of PASSED_ON) {
    const value = response.headers[name]
    if (value !== undefined) headers[name] = value
  }
  return { status: response.status, headers, body: textOf(response.body) }
}

function refusal(status: number, code: string, message: string): HttpResponse {
  return toHttpResponse(
    { status, body: JSON.stringify({ __type: code, message }), error: { code, message } },
    HEADERS,
  )
}
