import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientSettings, decodeClientSettings } from './settings.js'

/** A row as 0.1.0 stored it before there was a table. */
const STORED = {
  explicitAuthFlows: ['ALLOW_USER_SRP_AUTH'],
  preventUserExistenceErrors: 'ENABLED',
  enableTokenRevocation: true,
  enablePropagateAdditionalUserContextData: false,
  accessTokenValidity: 2,
  refreshTokenValidity: 720,
  tokenValidityUnits: {
    refreshToken: 'hours',
  },
  refreshTokenRotation: {
    feature: 'ENABLED',
    retryGracePeriodSeconds: 0,
  },
  authSessionValidityMinutes: 3,
  readAttributes: ['email'],
  supportedIdentityProviders: [],
  callbackUrls: ['https://a.example/cb'],
  logoutUrls: [],
  allowedOAuthFlows: ['code'],
  allowedOAuthScopes: ['openid'],
  allowedOAuthFlowsUserPoolClient: true,
}

test('an empty row has the defaults, and decoding it again changes nothing', () => {
  const settings = decodeClientSettings({})
  assert.deepEqual(settings, {
    explicitAuthFlows: [],
    enableTokenRevocation: true,
    enablePropagateAdditionalUserContextData: false,
    refreshTokenValidity: 30,
    authSessionValidityMinutes: 3,
    supportedIdentityProviders: [],
    callbackUrls: [],
    logoutUrls: [],
    allowedOAuthFlows: [],
    allowedOAuthScopes: [],
    allowedOAuthFlowsUserPoolClient: false,
  })
  assert.deepEqual(decodeClientSettings(settings), settings)
  assert.deepEqual(clientSettings({}), settings)
})

test('a row from before the table means what it says', () => {
  assert.deepEqual(decodeClientSettings(STORED), STORED)
})

test('an update resets what it omits and keeps what it does not know', () => {
  const newer = {
    ...STORED,
    claimsConfiguration: { added: ['tenant'] },
    refreshTokenRotation: { ...STORED.refreshTokenRotation, reuseAction: 'WARN' },
  }
  const before = decodeClientSettings(newer)
  assert.deepEqual(before, newer)
  const after: Record<string, unknown> = clientSettings(
    { refreshTokenRotation: { feature: 'DISABLED' } },
    before,
  )
  assert.deepEqual(after, {
    ...decodeClientSettings({}),
    claimsConfiguration: { added: ['tenant'] },
    refreshTokenRotation: {
      feature: 'DISABLED',
      retryGracePeriodSeconds: 0,
      reuseAction: 'WARN',
    },
  })
})

test('a word of a newer version counts as the stricter one', () => {
  const settings = decodeClientSettings({
    preventUserExistenceErrors: 'ENABLED_WITH_DELAY',
    refreshTokenRotation: { feature: 'ENABLED_ALWAYS' },
    tokenValidityUnits: { refreshToken: 'weeks' },
  })
  assert.equal(settings.preventUserExistenceErrors, 'ENABLED')
  assert.equal(settings.refreshTokenRotation?.feature, 'ENABLED')
  assert.deepEqual(settings.tokenValidityUnits, {})
})
