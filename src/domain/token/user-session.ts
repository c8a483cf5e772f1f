// How the records of sessions show a session: its public ID, which says nothing of `origin_jti`,
// and what it runs on.
import { createHash } from 'node:crypto'

const ID_LENGTH = 25
const DEVICE_LENGTH_MAX = 1024

// Cognito: API reference, UserSessionType, 2026: 28 characters, `tkn` or `sso` first.
/** The public ID of a session; the same in every Region. */
export function tokenSessionId(originJti: string): string {
  const hash = createHash('sha256').update(`user session ${originJti}`).digest('hex')
  return `tkn${BigInt(`0x${hash}`).toString(36).padStart(ID_LENGTH, '0').slice(-ID_LENGTH)}`
}

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/iPhone|iPad/, 'iOS'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X|os\/macOS/, 'macOS'],
  [/Linux|os\/linux/, 'Linux'],
]
// Most name those before them, too.
const APPS = /\b(Edg|OPR|Firefox|Chrome|Safari)\//g
const NAMES: Readonly<Record<string, string>> = { Edg: 'Edge', OPR: 'Opera' }
const RANKS = ['Edg', 'OPR', 'Firefox', 'Chrome', 'Safari']

/** Browser or app and operating system, as far as a user agent tells. */
export function deviceTypeOf(userAgent: string | undefined): string {
  if (userAgent === undefined) return 'unknown'
  const system = SYSTEMS.find(([pattern]) => pattern.test(userAgent))?.[1]
  const found = [...userAgent.matchAll(APPS)].map((match) => match[1] ?? '')
  const browser = RANKS.find((name) => found.includes(name))
  const app = browser === undefined ? /^[\w.-]+/.exec(userAgent)?.[0] : (NAMES[browser] ?? browser)
  const parts = [app, system].filter((part) => part !== undefined)
  return parts.length === 0 ? 'unknown' : parts.join(' on ').slice(0, DEVICE_LENGTH_MAX)
}
