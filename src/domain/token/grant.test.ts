import assert from 'node:assert/strict'
import { test } from 'node:test'
import { packGrant, type RefreshGrant, unpackGrant } from './grant.js'

const bare = {
  sub: '2e3f1f0c-3c0b-4a57-9c2f-0a1b2c3d4e5f',
  clientId: 'client',
  originJti: '019ab2c3-d4e5-7abc-8def-0123456789ab',
  jti: '6f1e2d3c-4b5a-4987-8a6b-5c4d3e2f1a0b',
  authTime: 1_764_000_000,
  expiresAt: 1_766_592_000,
}
const whole: RefreshGrant = {
  ...bare,
  scopes: ['openid', 'orders/read'],
  amr: ['pwd', 'otp', 'mfa'],
  acr: 'urn:cognito:loa:4',
  nonce: 'n-0S6_WzA2Mj',
  deviceKey: 'us-west-2_019ab2c3-d4e5-7abc-8def-0123456789ab',
  resource: 'https://orders.example',
  eventId: '3f0a1c3e-7b2d-4c6f-8e9a-0b1c2d3e4f50',
}

const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

test('a grant is the same after packing, with all of its members or without', () => {
  assert.deepEqual(unpackGrant(throughJson(packGrant(whole))), whole)
  const least = { ...bare, scopes: ['openid'], amr: [] }
  assert.deepEqual(unpackGrant(throughJson(packGrant(least))), least)
})

test('what earlier versions sealed is a sign-in by password through the API', () => {
  assert.deepEqual(unpackGrant(bare), {
    ...bare,
    scopes: ['aws.cognito.signin.user.admin'],
    amr: ['pwd'],
  })
})

test('a version of later ones is refused rather than guessed', () => {
  for (const v of [0, 2, '1', null]) assert.equal(unpackGrant({ ...whole, v }), undefined)
})

test('an earlier version finds all that it reads', () => {
  const packed = packGrant(whole)
  for (const [name, value] of Object.entries(bare)) assert.equal(packed[name], value, name)
})
