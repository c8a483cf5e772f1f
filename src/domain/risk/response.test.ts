import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { RiskSettings } from '../pool/risk-settings.js'
import { withBelievedAddress } from '../request-context.js'
import { listedForms } from './compromised.js'
import { noticeText } from './notice.js'
import { originOf } from './origin.js'
import {
  actionOf,
  compromisedAction,
  demandOf,
  isBlockedAddress,
  isSkippedAddress,
} from './response.js'

const action = (eventAction: 'NO_ACTION' | 'MFA_IF_CONFIGURED' | 'MFA_REQUIRED' | 'BLOCK') => ({
  eventAction,
  notify: false,
})

describe('responses to risks', () => {
  test('each level has its action, and one without has none', () => {
    const settings: RiskSettings = {
      accountTakeoverRisk: {
        actions: {
          lowAction: action('MFA_IF_CONFIGURED'),
          mediumAction: action('MFA_REQUIRED'),
          highAction: action('BLOCK'),
        },
      },
    }
    const demands = (['Low', 'Medium', 'High', undefined] as const).map((level) =>
      demandOf(actionOf(settings, level)),
    )
    assert.deepEqual(demands, ['mfa', 'mfa-or-block', 'block', 'none'])
    assert.equal(demandOf(actionOf({}, 'High')), 'none')
    assert.equal(demandOf(action('NO_ACTION')), 'none')
  })

  test('addresses are in ranges or not', () => {
    const riskExceptions = {
      blockedIPRangeList: ['198.51.100.0/24'],
      skippedIPRangeList: ['2001:db8::/32'],
    }
    assert.equal(isBlockedAddress({ riskExceptions }, '198.51.100.9'), true)
    assert.equal(isBlockedAddress({ riskExceptions }, '198.51.101.9'), false)
    assert.equal(isBlockedAddress({ riskExceptions }, undefined), false)
    assert.equal(isBlockedAddress({}, '198.51.100.9'), false)
    assert.equal(isSkippedAddress({ riskExceptions }, '2001:db8::1'), true)
    assert.equal(isSkippedAddress({ riskExceptions }, '198.51.100.9'), false)
  })

  test('passwords are looked at where the filter says so, and everywhere without one', () => {
    const of = (eventFilter: string[] | undefined) => ({
      compromisedCredentialsRisk: { eventFilter, actions: { eventAction: 'BLOCK' as const } },
    })
    assert.equal(compromisedAction(of(['SIGN_UP']), 'SIGN_UP'), 'BLOCK')
    assert.equal(compromisedAction(of(['SIGN_UP']), 'SIGN_IN'), undefined)
    assert.equal(compromisedAction(of(undefined), 'PASSWORD_CHANGE'), 'BLOCK')
    assert.equal(compromisedAction(of([]), 'SIGN_IN'), 'BLOCK')
    assert.equal(compromisedAction({}, 'SIGN_IN'), undefined)
  })

  test('a known word stays known with what policies make people add', () => {
    assert.deepEqual(listedForms('Password1!'), ['password1!', 'password'])
    assert.deepEqual(listedForms('Sunshine2026'), ['sunshine2026', 'sunshine'])
    assert.deepEqual(listedForms('Sunshine20261'), ['sunshine20261'])
    assert.deepEqual(listedForms('Love1!'), ['love1!'])
    assert.deepEqual(listedForms('Correct-horse-7-battery'), ['correct-horse-7-battery'])
    assert.deepEqual(listedForms('1234567890'), ['1234567890'])
  })
})

const FACTS = {
  username: '<ann>',
  atMs: 0,
  origin: { ip: '192.0.2.1', device: 'Firefox & Co', hasContext: true },
  eventId: 'e1',
  feedbackToken: 't1',
  links: { valid: 'https://x.example/?a=1&b=2', invalid: 'https://x.example/?a=2' },
}

describe('notices', () => {
  test('places are filled, in HTML as text', () => {
    const template = {
      subject: 'Hello {username}',
      htmlBody: '<b>{username}</b> {device-name} {one-click-link-valid} {unknown} {login-time}',
      textBody: undefined,
    }
    assert.deepEqual(noticeText(template, FACTS), {
      subject: 'Hello <ann>',
      body:
        '<b>&lt;ann&gt;</b> Firefox &amp; Co https://x.example/?a=1&amp;b=2 {unknown} ' +
        'Thu, 01 Jan 1970 00:00:00 GMT',
    })
  })

  test('a text is shown as text, and what is not known is empty', () => {
    const textBody = '<{username}> {city}|{country}|{ip-address}|{event-id}|{feedback-token}'
    const { links: _, ...facts } = FACTS
    const template = { subject: undefined, htmlBody: undefined, textBody }
    assert.deepEqual(noticeText(template, { ...facts, links: undefined }), {
      subject: undefined,
      body: '<pre>&lt;&lt;ann&gt;&gt; ||192.0.2.1|e1|t1</pre>',
    })
  })
})

const REQUEST = {
  requestId: 'r',
  eventId: 'e',
  operation: 'InitiateAuth',
  sourceIp: '::ffff:192.0.2.1',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
  clientMetadata: {},
  userContextData: undefined,
}
const DATA = {
  ipAddress: '203.0.113.9',
  encodedData: undefined,
  serverName: 's',
  serverPath: '/',
  httpHeaders: [{ name: 'USER-AGENT', value: 'curl/8' }],
}
const APP = { isAdmin: false }
const MAY_NAME = { mayNameAddress: true }
const MAY_NOT = { mayNameAddress: false }
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64')

describe('origins of calls', () => {
  test('an app is where its connection is, unless it may say otherwise', () => {
    const request = { ...REQUEST, userContextData: DATA }
    assert.equal(originOf(REQUEST, APP).ip, '192.0.2.1')
    assert.equal(originOf(withBelievedAddress(request, MAY_NOT), APP).ip, '192.0.2.1')
    assert.equal(originOf(withBelievedAddress(request, MAY_NAME), APP).ip, '203.0.113.9')
    const garbage = { ...request, userContextData: { ...DATA, ipAddress: 'here' } }
    assert.equal(originOf(withBelievedAddress(garbage, MAY_NAME), APP).ip, '192.0.2.1')
    assert.equal(originOf(request, APP).device, 'Firefox on Linux')
  })

  test('a server is nobody’s address and device', () => {
    const admin = { isAdmin: true }
    const { ip, device, hasContext } = originOf(REQUEST, admin)
    assert.deepEqual(
      { ip, device, hasContext },
      { ip: undefined, device: undefined, hasContext: false },
    )
    const said = originOf({ ...REQUEST, userContextData: DATA }, admin)
    assert.equal(said.ip, '203.0.113.9')
    assert.equal(said.device, 'curl')
  })

  test('what libraries gather is taken where it can be read, and cut', () => {
    const of = (encodedData: string) =>
      originOf({ ...REQUEST, userContextData: { ...DATA, encodedData } }, APP)
    const payload = (contextData: unknown) => encoded({ payload: JSON.stringify({ contextData }) })
    const good = of(
      payload({ DeviceId: 'x'.repeat(500), DeviceName: 'Pixel', ClientTimezone: '+1' }),
    )
    assert.equal(good.deviceId, 'x'.repeat(128))
    assert.equal(good.device, 'Pixel')
    assert.equal(good.timezone, '+1')
    for (const bad of ['', '%', encoded(1), encoded({ payload: 1 }), encoded({ payload: '{' })]) {
      assert.equal(of(bad).deviceId, undefined)
      assert.equal(of(bad).device, 'Firefox on Linux')
    }
    assert.equal(of(payload({ DeviceId: 7 })).deviceId, undefined)
  })
})
