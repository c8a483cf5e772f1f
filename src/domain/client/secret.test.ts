import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Random } from '#base/random.js'
import { isSecretHash, newSecretId, randomSecret, secretHashOf } from './secret.js'

test('the ID of a secret is later than those of the others', () => {
  assert.equal(newSecretId('c1', 1_000, []), 'c1--1000')
  const others = [{ secretId: 'c1--1000' }]
  assert.equal(newSecretId('c1', 1_000, others), 'c1--1001')
  assert.equal(newSecretId('c1', 2_000, others), 'c1--2000')
})

test('a secret has 52 lower-case letters and digits', () => {
  const asked: unknown[] = []
  const text: Random['text'] = (...parts) => {
    asked.push(parts)
    return 'secret'
  }
  assert.equal(randomSecret({ text } as Random), 'secret')
  assert.deepEqual(asked, [[52, 'abcdefghijklmnopqrstuvwxyz0123456789']])
})

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
