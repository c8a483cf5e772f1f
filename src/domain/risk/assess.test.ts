import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Attempt, assess, type PastEvent, type RiskSign } from './assess.js'
import type { Origin, Place, RiskLevel } from './event.js'

const HOUR = 3_600_000
const NOW = Date.UTC(2026, 5, 1)
const HOME: Origin = { ip: '192.0.2.1', device: 'Firefox on Linux', hasContext: true }
const AWAY: Origin = { ip: '203.0.113.9', device: 'Safari on iOS', hasContext: true }
const BERLIN: Place = { city: 'Berlin', country: 'DE', latitude: 52.5, longitude: 13.4 }
const TOKYO: Place = { city: 'Tokyo', country: 'JP', latitude: 35.7, longitude: 139.7 }

const event = (changes: Partial<PastEvent> = {}): PastEvent => ({
  kind: 'SignIn',
  response: 'Pass',
  origin: HOME,
  createdAtMs: NOW - HOUR,
  feedback: undefined,
  ...changes,
})
const judged = (value: 'Valid' | 'Invalid', changes: Partial<PastEvent> = {}) =>
  event({ feedback: { value, provider: 'User', givenAtMs: NOW }, ...changes })
const attempt = (changes: Partial<Attempt> = {}): Attempt => ({
  origin: HOME,
  atMs: NOW,
  failures: 0,
  ...changes,
})

const CASES: readonly (readonly [
  what: string,
  attempt: Attempt,
  past: readonly PastEvent[],
  level: RiskLevel | undefined,
  signs: readonly RiskSign[],
])[] = [
  ['nothing to compare with', attempt({ origin: AWAY, failures: 20 }), [], undefined, []],
  ['as ever', attempt(), [event()], undefined, []],
  ['a new device', attempt({ origin: { ...AWAY, ip: HOME.ip } }), [event()], 'Low', ['new-device']],
  [
    'another address of the same network',
    attempt({ origin: { ...HOME, ip: '192.0.2.200' } }),
    [event()],
    undefined,
    [],
  ],
  [
    'a new address',
    attempt({ origin: { ...HOME, ip: '203.0.113.9' } }),
    [event()],
    'Low',
    ['new-address'],
  ],
  ['both', attempt({ origin: AWAY }), [event()], 'Medium', ['new-device', 'new-address']],
  [
    'both behind failures',
    attempt({ origin: AWAY, failures: 3 }),
    [event()],
    'High',
    ['new-device', 'new-address', 'failures'],
  ],
  ['two failures', attempt({ failures: 2 }), [event()], undefined, []],
  ['three failures', attempt({ failures: 3 }), [event()], 'Low', ['failures']],
  ['ten failures', attempt({ failures: 10 }), [event()], 'Medium', ['failures']],
  [
    'the same name of another device',
    attempt({ origin: { ...HOME, deviceId: 'b' } }),
    [event({ origin: { ...HOME, deviceId: 'a' } })],
    'Low',
    ['new-device'],
  ],
  [
    'the device under another name',
    attempt({ origin: { ...HOME, device: 'Firefox on Windows', deviceId: 'a' } }),
    [event({ origin: { ...HOME, deviceId: 'a' } })],
    undefined,
    [],
  ],
  [
    'a device without an ID that had none',
    attempt({ origin: { ...HOME, deviceId: 'a' } }),
    [event()],
    undefined,
    [],
  ],
  [
    'a server that says nothing',
    attempt({ origin: { hasContext: false } }),
    [event()],
    undefined,
    [],
  ],
  [
    'only failures before',
    attempt({ origin: AWAY }),
    [event({ response: 'Fail' }), event({ response: 'InProgress' })],
    undefined,
    [],
  ],
  [
    'a failure from there does not make it known',
    attempt({ origin: AWAY }),
    [event({ origin: AWAY, response: 'Fail' }), event()],
    'Medium',
    ['new-device', 'new-address'],
  ],
  ['where the user signed up', attempt(), [event({ kind: 'SignUp' })], undefined, []],
  [
    'a code that was asked for is no sign-in',
    attempt({ origin: AWAY }),
    [event({ origin: AWAY, kind: 'ForgotPassword' }), event()],
    'Medium',
    ['new-device', 'new-address'],
  ],
  [
    'a failure that the user calls the own',
    attempt({ origin: AWAY }),
    [judged('Valid', { origin: AWAY, response: 'Fail' }), event()],
    undefined,
    [],
  ],
  [
    'a sign-in that the user does not call the own',
    attempt({ origin: AWAY }),
    [judged('Invalid', { origin: AWAY }), event()],
    'High',
    ['new-device', 'new-address', 'reported'],
  ],
  [
    'Tokyo an hour after Berlin',
    attempt({ origin: { ...HOME, place: TOKYO } }),
    [event({ origin: { ...HOME, place: BERLIN } })],
    'High',
    ['travel'],
  ],
  [
    'Tokyo a day after Berlin',
    attempt({ origin: { ...HOME, place: TOKYO }, atMs: NOW + 24 * HOUR }),
    [event({ origin: { ...HOME, place: BERLIN } })],
    undefined,
    [],
  ],
  [
    'an address elsewhere in the same city',
    attempt({ origin: { ...HOME, ip: '203.0.113.9', place: BERLIN } }),
    [event({ origin: { ...HOME, place: BERLIN } })],
    undefined,
    [],
  ],
]

describe('assess', () => {
  for (const [what, given, past, level, signs] of CASES) {
    test(`${what}: ${level ?? 'no risk'}`, () => {
      assert.deepEqual(assess(given, past), { level, signs })
    })
  }
})
