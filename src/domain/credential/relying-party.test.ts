import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isOriginOf, relyingPartyProblem } from './relying-party.js'

test('a relying party is a domain that strangers do not share', () => {
  for (const id of ['example.com', 'auth.example.co.uk', 'localhost', 'pool.auth.example.org']) {
    assert.equal(relyingPartyProblem(id), undefined, id)
  }
  for (const id of [
    'com',
    'co.uk',
    'github.io',
    '127.0.0.1',
    '[::1]',
    'https://a.com',
    'a b',
    '',
  ]) {
    assert.notEqual(relyingPartyProblem(id), undefined, id)
  }
})

test('its pages are those of the domain and of subdomains, over TLS', () => {
  const party = 'example.com'
  for (const origin of [
    'https://example.com',
    'https://a.b.example.com',
    'https://example.com:8443',
  ]) {
    assert.equal(isOriginOf(origin, party), true, origin)
  }
  for (const origin of [
    'http://example.com',
    'https://example.com.evil.org',
    'https://evilexample.com',
    'https://example.com/',
    'https://example.com/path',
    'android:apk-key-hash:abc',
    'null',
    '',
  ]) {
    assert.equal(isOriginOf(origin, party), false, origin)
  }
  assert.equal(isOriginOf('http://localhost:3000', 'localhost'), true)
  assert.equal(isOriginOf('http://localhost:3000', party), false)
})
