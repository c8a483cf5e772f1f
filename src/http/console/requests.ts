// What the console believes of a request: that it comes from its own page, whose session it is, and
// that whoever made it knows the session's CSRF token. A cookie alone proves nothing, since a
// browser sends it along with whatever a page makes it send.
import type { ConsoleSession, ConsoleSessions, OpenSession } from '#app/console/session.js'
import { equalText } from '#base/bytes.js'
import { type HttpRequest, headerOf } from '../route.js'

export const CSRF_HEADER = 'x-twinpool-csrf'
const COOKIE = 'twinpool_console'

/**
 * Whether a request comes from a page of the console itself, or from no page at all: browsers name
 * the origin of whatever posts. The edge says which host it was asked by; no page can make a
 * browser send that header to another origin, which would first be asked whether it allows it.
 */
export function isFromConsole({ headers }: HttpRequest): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin') return false
  const origin = headers['origin']
  if (origin === undefined) return true
  if (typeof origin !== 'string' || !URL.canParse(origin)) return false
  const { protocol, host } = new URL(origin)
  return ['host', 'x-forwarded-host'].some((name) => {
    const address = `${protocol}//${headerOf(headers, name) ?? ''}`
    return URL.canParse(address) && new URL(address).host === host && host !== ''
  })
}

/** Whether the browser reached the page over https, however many proxies stand between. */
export function isOverHttps({ headers }: HttpRequest): boolean {
  const origin = headerOf(headers, 'origin')
  const scheme = headerOf(headers, 'x-forwarded-proto')
  return origin?.startsWith('https:') === true || scheme === 'https'
}

/** The session of a request; undefined: there is none, or it is over. */
export async function sessionOf(
  sessions: ConsoleSessions,
  request: HttpRequest,
): Promise<OpenSession | undefined> {
  const cookie = cookieOf(request)
  return cookie === undefined ? undefined : sessions.open(cookie)
}

/** The cookie as a browser, or another Region, sends it on. */
export function cookieHeaderOf(request: HttpRequest): string {
  return `${COOKIE}=${cookieOf(request) ?? ''}`
}

function cookieOf({ headers }: HttpRequest): string | undefined {
  const pairs = [headers['cookie'] ?? []].flat().flatMap((value) => value.split(';'))
  const pair = pairs.map((each) => each.trim()).find((each) => each.startsWith(`${COOKIE}=`))
  return pair?.slice(COOKIE.length + 1)
}

/** Whether whoever made the request knows the session's token. */
export function knowsCsrfToken({ headers }: HttpRequest, session: ConsoleSession): boolean {
  const token = headerOf(headers, CSRF_HEADER)
  return token !== undefined && equalText(token, session.csrfToken)
}

/** The header that gives the browser the session. */
export function cookieFor(sessions: ConsoleSessions, session: ConsoleSession): string {
  return cookieWith(sessions.seal(session), {
    isSecure: session.isSecure,
    seconds: sessions.secondsLeft(session),
  })
}

/** The header that takes it away. */
export function noCookie({ isSecure }: Pick<ConsoleSession, 'isSecure'>): string {
  return cookieWith('', { isSecure, seconds: 0 })
}

/** The header that replaces a cookie of some age; none while it is young. */
export function renewalOf(
  sessions: ConsoleSessions,
  session: ConsoleSession,
): Readonly<Record<string, string>> {
  const renewed = sessions.renewed(session)
  return renewed === undefined ? {} : { 'set-cookie': cookieFor(sessions, renewed) }
}

function cookieWith(value: string, options: { isSecure: boolean; seconds: number }): string {
  const attributes = `Path=/console; Max-Age=${options.seconds}; HttpOnly; SameSite=Strict`
  return `${COOKIE}=${value}; ${attributes}${options.isSecure ? '; Secure' : ''}`
}
