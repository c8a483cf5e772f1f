import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuthEvent } from './event.js'
import { exportedEvent } from './exported.js'

const EVENT: AuthEvent = {
  eventId: 'e',
  sub: 's',
  createdAtMs: Date.UTC(2024, 6, 7, 17, 5, 55),
  kind: 'SignIn',
  clientId: 'c',
  response: 'Pass',
  risk: { decision: 'AccountTakeover', level: 'Low', isCompromised: true },
  challenges: [
    { name: 'Password', isPassed: true },
    { name: 'Mfa', isPassed: false },
  ],
  origin: {
    ip: '192.0.2.1',
    device: 'Firefox on Linux',
    hasContext: true,
    place: { city: 'Berlin', country: 'DE' },
  },
}

test('an event is exported with all of its members as text', () => {
  const about = { poolId: 'p', username: 'ann', requestId: 'r' }
  assert.deepEqual(exportedEvent(EVENT, about), {
    version: '1',
    eventId: 'e',
    eventType: 'SignIn',
    userSub: 's',
    userName: 'ann',
    userPoolId: 'p',
    clientId: 'c',
    creationDate: 'Sun Jul 07 17:05:55 UTC 2024',
    eventResponse: 'Pass',
    riskLevel: 'Low',
    riskDecision: 'ACCOUNT_TAKEOVER',
    challenges: ['Password:Success', 'Mfa:Failure'],
    deviceName: 'Firefox on Linux',
    ipAddress: '192.0.2.1',
    requestId: 'r',
    idpName: '',
    compromisedCredentialDetected: 'true',
    city: 'Berlin',
    country: 'DE',
    eventFeedbackValue: '',
    eventFeedbackDate: '',
    eventFeedbackProvider: '',
    hasContextData: 'true',
  })
  const bare = exportedEvent(
    { ...EVENT, risk: { decision: 'NoRisk' }, origin: { hasContext: false } },
    about,
  )
  assert.deepEqual(
    [bare['riskDecision'], bare['riskLevel'], bare['city'], bare['hasContextData']],
    ['PASS', '', '', 'false'],
  )
})
