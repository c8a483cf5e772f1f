import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSecretHash, secretHashOf } from './secret-hash.js'

// Made with openssl: printf 'mariaclient-1' | openssl dgst -sha256 -hmac secret-1 -binary | base64
const KNOWN = '53H6yrr1dNYHnZ6T0v0gMX4qMuAB2UT67SdBCzUViQo='
const claim = { secretHash: KNOWN, username: 'maria', clientId: 'client-1', secrets: ['secret-1'] }

test('the hash is the HMAC of user name and client ID', () => {
  assert.equal(secretHashOf('secret-1', 'maria', 'client-1'), KNOWN)
  assert.equal(isSecretHash(claim), true)
})

test('either of two secrets proves the client', () => {
  assert.equal(isSecretHash({ ...claim, secrets: ['secret-1', 'secret-2'] }), true)
  assert.equal(isSecretHash({ ...claim, secrets: ['secret-2', 'secret-1'] }), true)
})

test('another secret, user or client does not', () => {
  assert.equal(isSecretHash({ ...claim, secrets: ['secret-2'] }), false)
  assert.equal(isSecretHash({ ...claim, secrets: [] }), false)
  assert.equal(isSecretHash({ ...claim, username: 'Maria' }), false)
  assert.equal(isSecretHash({ ...claim, clientId: 'client-2' }), false)
})

test('other texts prove nothing', () => {
  for (const secretHash of [
    '',
    KNOWN.slice(0, -1),
    `${KNOWN} `,
    KNOWN.toLowerCase(),
    'é'.repeat(44),
  ]) {
    assert.equal(isSecretHash({ ...claim, secretHash }), false, secretHash)
  }
})
