import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ApiError } from '#api/protocol/errors.js'
import { clientTable } from '#domain/client/settings.js'
import { STANDARD_ATTRIBUTES } from '#domain/pool/schema.js'
import type { Pool } from '#ports/capability.js'
import { describedSettings } from '../settings.js'
import { type ClientInput, newClientSettings, requireClientSettings } from './settings.js'

const pool = {
  id: 'us-west-2_abc',
  tier: 'LITE',
  settings: { schemaAttributes: STANDARD_ATTRIBUTES },
} as unknown as Pool

function codeOf(input: ClientInput, hasSecret = false, scopes: readonly string[] = []): string {
  const scopeSet = new Set(['openid', ...scopes])
  try {
    requireClientSettings(pool, newClientSettings(input), { hasSecret, scopes: scopeSet })
    return 'ok'
  } catch (error) {
    assert(error instanceof ApiError, String(error))
    return error.code
  }
}

test('a client of defaults is described as the service describes it', () => {
  assert.deepEqual(
    JSON.parse(JSON.stringify(describedSettings(clientTable, newClientSettings({})))),
    {
      RefreshTokenValidity: 30,
      TokenValidityUnits: {},
      AllowedOAuthFlowsUserPoolClient: false,
      EnableTokenRevocation: true,
      EnablePropagateAdditionalUserContextData: false,
      AuthSessionValidity: 3,
    },
  )
  assert.equal(codeOf({}), 'ok')
})

test('the default refresh validity is 30 days in any unit', () => {
  for (const [unit, value] of [
    ['seconds', 2_592_000],
    ['minutes', 43_200],
    ['hours', 720],
    ['days', 30],
  ] as const) {
    const settings = newClientSettings({ TokenValidityUnits: { RefreshToken: unit } })
    assert.equal(settings.refreshTokenValidity, value)
  }
})

test('flows of the old and the new names do not mix', () => {
  const bad = ['USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH'] as const
  assert.equal(codeOf({ ExplicitAuthFlows: [...bad] }), 'InvalidParameterException')
  assert.equal(codeOf({ ExplicitAuthFlows: ['USER_PASSWORD_AUTH'] }), 'ok')
  assert.equal(
    codeOf({ ExplicitAuthFlows: ['ALLOW_USER_AUTH'] }),
    'FeatureUnavailableInTierException',
  )
})

test('rotation excludes the flow that does not rotate', () => {
  const RefreshTokenRotation = { Feature: 'ENABLED' } as const
  assert.equal(codeOf({ RefreshTokenRotation }), 'InvalidParameterException')
  assert.equal(
    codeOf({ RefreshTokenRotation, ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'] }),
    'InvalidParameterException',
  )
  assert.equal(codeOf({ RefreshTokenRotation, ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'] }), 'ok')
})

test('a machine client has a secret and no flow for people', () => {
  const machine: ClientInput = {
    AllowedOAuthFlows: ['client_credentials'],
    AllowedOAuthScopes: ['api/read'],
    AllowedOAuthFlowsUserPoolClient: true,
  }
  assert.equal(codeOf(machine, true, ['api/read']), 'ok')
  assert.equal(codeOf(machine, false, ['api/read']), 'InvalidOAuthFlowException')
  assert.equal(codeOf(machine, true), 'ScopeDoesNotExistException')
  const both: ClientInput = { ...machine, AllowedOAuthFlows: ['client_credentials', 'code'] }
  assert.equal(codeOf(both, true, ['api/read']), 'InvalidOAuthFlowException')
})

test('redirect URLs are absolute, without fragment and of https unless local', () => {
  const web = (url: string): ClientInput => ({
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid'],
    AllowedOAuthFlowsUserPoolClient: true,
    CallbackURLs: [url],
  })
  for (const url of ['https://a.example/cb', 'http://localhost:3000/cb', 'myapp://cb']) {
    assert.equal(codeOf(web(url)), 'ok', url)
  }
  for (const url of ['http://a.example/cb', '/cb', 'https://a.example/#x']) {
    assert.equal(codeOf(web(url)), 'InvalidParameterException', url)
  }
  assert.equal(codeOf({ ...web('https://a/cb'), CallbackURLs: [] }), 'InvalidParameterException')
  assert.equal(
    codeOf({ ...web('https://a/cb'), DefaultRedirectURI: 'https://b/cb' }),
    'InvalidParameterException',
  )
})

test('attributes, providers and lifetimes must exist or be possible', () => {
  assert.equal(codeOf({ ReadAttributes: ['email', 'nope'] }), 'InvalidParameterException')
  assert.equal(codeOf({ WriteAttributes: ['sub'] }), 'InvalidParameterException')
  assert.equal(codeOf({ ReadAttributes: ['email'], WriteAttributes: ['email'] }), 'ok')
  const profile = ['oidc:profile', 'email']
  assert.equal(codeOf({ ReadAttributes: profile, WriteAttributes: profile }), 'ok')
  assert.equal(codeOf({ ReadAttributes: ['oidc:email'] }), 'InvalidParameterException')
  assert.equal(codeOf({ SupportedIdentityProviders: ['Google'] }), 'InvalidParameterException')
  assert.equal(codeOf({ AccessTokenValidity: 25 }), 'InvalidParameterException')
})
