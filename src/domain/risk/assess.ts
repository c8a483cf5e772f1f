// How likely it is that somebody else has the password: a sign-in is compared with those that the
// user was let in by before. Each sign of another person counts, and the sum is the level.
//
//   a device that the user never came on, an address of a network that the user never came from,
//   three wrong proofs or more before the right one                          1 each (10 wrong: 2)
//   too far from the last sign-in for the time between, or the device or network of an event that
//   was called somebody else's                                                             3 each
//   1: Low    2: Medium    3 and more: High
//
// Without an event to compare with there is no risk: everything is new then. What the caller says
// of the device is its own word; it can make a sign-in look known to those who know the user's
// devices, and so it is never more than one of the signs.
//
// Deviation: these are rules that can be read; the service's model is not documented. They are one
// file, so that others can take their place.

import { networkOf } from '../credential/network.js'
import type { AuthEvent, EventFeedback, Origin, Place, RiskLevel } from './event.js'

/** How many events of the past a sign-in is compared with. */
export const COMPARED_EVENTS = 50

/** A sign-in whose proof was right. */
export interface Attempt {
  readonly origin: Origin
  readonly atMs: number
  /** Wrong proofs that count at the moment. */
  readonly failures: number
}

/** An event of the past. */
export type PastEvent = Pick<AuthEvent, 'kind' | 'response' | 'origin' | 'createdAtMs'> & {
  readonly feedback: EventFeedback | undefined
}

/** Signs of another person. */
export type RiskSign = 'new-device' | 'new-address' | 'failures' | 'travel' | 'reported'

/** What came of a comparison; without a level there is no risk. */
export interface Assessment {
  readonly level: RiskLevel | undefined
  readonly signs: readonly RiskSign[]
}

const FAILURES_MIN = 3
const FAILURES_MANY = 10
/** Faster than any airliner, door to door. */
const SPEED_MAX_KMH = 1000
/** What two sources of places may differ by for one and the same. */
const DISTANCE_MIN_KM = 300
const HOUR_MS = 3_600_000

/** Compares a sign-in with the user's past, the newest event first. */
export function assess(attempt: Attempt, past: readonly PastEvent[]): Assessment {
  const known = past.filter(isKnown)
  if (known.length === 0) return { level: undefined, signs: [] }
  const signs: RiskSign[] = []
  const { origin, failures } = attempt
  if (isNewDevice(origin, known)) signs.push('new-device')
  if (isNewAddress(origin, known)) signs.push('new-address')
  if (failures >= FAILURES_MIN) signs.push('failures')
  if (isTooFar(attempt, known)) signs.push('travel')
  if (past.some((event) => isReported(event) && isSameSource(origin, event.origin))) {
    signs.push('reported')
  }
  const many = failures >= FAILURES_MANY ? 1 : 0
  return { level: levelOf(signs.reduce((sum, sign) => sum + WEIGHTS[sign], many)), signs }
}

const WEIGHTS: Readonly<Record<RiskSign, number>> = {
  'new-device': 1,
  'new-address': 1,
  failures: 1,
  travel: 3,
  reported: 3,
}

function levelOf(sum: number): RiskLevel | undefined {
  if (sum === 0) return undefined
  if (sum === 1) return 'Low'
  return sum === 2 ? 'Medium' : 'High'
}

const isReported = ({ feedback }: PastEvent) => feedback?.value === 'Invalid'

/** Whether an event shows the user as the user is; the word of who knows goes before all. */
function isKnown({ kind, response, feedback }: PastEvent): boolean {
  if (kind !== 'SignIn' && kind !== 'SignUp') return false
  return feedback === undefined ? response === 'Pass' : feedback.value === 'Valid'
}

function isNewDevice(origin: Origin, known: readonly PastEvent[]): boolean {
  // A server that says nothing of its user's device has no new one.
  if (origin.device === undefined && origin.deviceId === undefined) return false
  return !known.some((event) => isSameDevice(origin, event.origin))
}

function isSameDevice(one: Origin, other: Origin): boolean {
  return one.deviceId !== undefined && other.deviceId !== undefined
    ? one.deviceId === other.deviceId
    : one.device !== undefined && one.device === other.device
}

function isNewAddress({ ip, place }: Origin, known: readonly PastEvent[]): boolean {
  if (ip === undefined) return false
  const neighbourhood = neighbourhoodOf(ip)
  return !known.some(({ origin: { ip: knownIp, place: knownPlace } }) => {
    if (knownIp !== undefined && neighbourhoodOf(knownIp) === neighbourhood) return true
    return isSameCity(place, knownPlace)
  })
}

/** Providers give their customers other addresses of the same network from day to day. */
function neighbourhoodOf(ip: string): string {
  const network = networkOf(ip)
  return network.includes(':') ? network : network.split('.').slice(0, 3).join('.')
}

function isSameCity(one: Place | undefined, other: Place | undefined): boolean {
  return one?.city !== undefined && one.city === other?.city && one.country === other.country
}

function isTooFar({ origin, atMs }: Attempt, known: readonly PastEvent[]): boolean {
  const last = known.find((event) => coordinatesOf(event.origin.place) !== undefined)
  const from = last && coordinatesOf(last.origin.place)
  const to = coordinatesOf(origin.place)
  if (last === undefined || from === undefined || to === undefined) return false
  const km = distanceKm(from, to)
  const hours = Math.max(0, atMs - last.createdAtMs) / HOUR_MS
  return km > DISTANCE_MIN_KM && km > hours * SPEED_MAX_KMH
}

type Coordinates = readonly [latitude: number, longitude: number]

function coordinatesOf(place: Place | undefined): Coordinates | undefined {
  const { latitude, longitude } = place ?? {}
  return latitude === undefined || longitude === undefined ? undefined : [latitude, longitude]
}

const EARTH_KM = 6371
const radians = (degrees: number) => (degrees * Math.PI) / 180

/** Along the great circle. */
function distanceKm([lat1, lon1]: Coordinates, [lat2, lon2]: Coordinates): number {
  const a =
    Math.sin(radians(lat2 - lat1) / 2) ** 2 +
    Math.cos(radians(lat1)) * Math.cos(radians(lat2)) * Math.sin(radians(lon2 - lon1) / 2) ** 2
  return 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(a)))
}

function isSameSource(one: Origin, other: Origin): boolean {
  if (one.deviceId !== undefined && one.deviceId === other.deviceId) return true
  if (one.ip === undefined || other.ip === undefined) return false
  return networkOf(one.ip) === networkOf(other.ip)
}
