import assert from 'node:assert/strict'
import { test } from 'node:test'
import { enabledSettings, type MfaMethod, withChoices } from './factors.js'

const choice = (method: MfaMethod, isEnabled: boolean, isPreferred: boolean) =>
  new Map([[method, { isEnabled, isPreferred }]])

test('choices replace what they name and leave the rest', () => {
  const sms = withChoices(undefined, choice('SMS_MFA', true, true))
  assert.deepEqual(sms, { enabled: ['SMS_MFA'], preferred: 'SMS_MFA' })
  const both = withChoices(sms, choice('SOFTWARE_TOKEN_MFA', true, true))
  assert.deepEqual(both.enabled, ['SMS_MFA', 'SOFTWARE_TOKEN_MFA'])
  assert.equal(both.preferred, 'SOFTWARE_TOKEN_MFA')
  const off = withChoices(both, choice('SOFTWARE_TOKEN_MFA', false, false))
  assert.deepEqual([off.enabled, off.preferred], [['SMS_MFA'], undefined])
  const unpreferred = withChoices(sms, choice('SMS_MFA', true, false))
  assert.deepEqual([unpreferred.enabled, unpreferred.preferred], [['SMS_MFA'], undefined])
  const later = { ...sms, isPasskeyEnabled: true, memberOfLater: 1 }
  assert.deepEqual(withChoices(later, choice('EMAIL_OTP', true, false)), {
    ...later,
    enabled: ['SMS_MFA', 'EMAIL_OTP'],
  })
})

test('passkeys are listed where they count as both factors', () => {
  assert.deepEqual(enabledSettings({}), [])
  assert.deepEqual(enabledSettings({ mfa: { enabled: ['EMAIL_OTP'] } }), ['EMAIL_OTP'])
  const mfa = { enabled: ['EMAIL_OTP'] as const, isPasskeyEnabled: true }
  assert.deepEqual(enabledSettings({ mfa }), ['EMAIL_OTP', 'WEB_AUTHN'])
})
