// How long tokens live: the client's numbers in the client's units, within the service's bounds.
// Cognito: API reference, CreateUserPoolClient, token validity, 2026.
import type { ClientSettings, TimeUnit } from '../client/settings.js'

const SECONDS: Readonly<Record<TimeUnit, number>> = {
  seconds: 1,
  minutes: 60,
  hours: 3_600,
  days: 86_400,
}
const HOUR = 3_600
const DAY = 86_400

/** The longest that an access token of any client lives. */
export const ACCESS_SECONDS_MAX = DAY

/** Lifetimes in seconds. */
export interface Lifetimes {
  readonly accessSeconds: number
  readonly idSeconds: number
  readonly refreshSeconds: number
}

type LifetimeSettings = Pick<
  ClientSettings,
  'accessTokenValidity' | 'idTokenValidity' | 'refreshTokenValidity' | 'tokenValidityUnits'
>

/** What the settings mean. Access and ID tokens count in hours unless said otherwise. */
export function tokenLifetimes(settings: LifetimeSettings): Lifetimes {
  const { tokenValidityUnits: units = {} } = settings
  const seconds = (value: number | undefined, unit: TimeUnit, absent: number) =>
    value === undefined || value === 0 ? absent : value * SECONDS[unit]
  return {
    accessSeconds: seconds(settings.accessTokenValidity, units.accessToken ?? 'hours', HOUR),
    idSeconds: seconds(settings.idTokenValidity, units.idToken ?? 'hours', HOUR),
    refreshSeconds: seconds(settings.refreshTokenValidity, units.refreshToken ?? 'days', 30 * DAY),
  }
}

/** What is wrong with a client's lifetimes; undefined when nothing is. */
export function lifetimeRefusal(settings: LifetimeSettings): string | undefined {
  const { accessSeconds, idSeconds, refreshSeconds } = tokenLifetimes(settings)
  for (const [name, seconds] of [
    ['access', accessSeconds],
    ['id', idSeconds],
  ] as const) {
    if (seconds < 300 || seconds > DAY) {
      return `Invalid range for token validity: ${name} tokens live from 5 minutes to 1 day.`
    }
    if (seconds > refreshSeconds) {
      return `Invalid token validity: ${name} tokens cannot outlive refresh tokens.`
    }
  }
  if (refreshSeconds < HOUR || refreshSeconds > 3_650 * DAY) {
    return 'Invalid range for token validity: refresh tokens live from 60 minutes to 3650 days.'
  }
  return undefined
}
