import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { utf8 } from '#base/bytes.js'
import {
  canonicalRequest,
  encodeUri,
  formatTimestamp,
  parseTimestamp,
  queryParameters,
} from './canonical.js'
import { parseSignature } from './parse.js'
import { signHeaders } from './sign.js'
import { SigningKeyCache, signingKey } from './signing-key.js'
import { checkClaim, checkSignature } from './verify.js'

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5)
const NO_BODY = new Uint8Array(0)
const signer = {
  accessKeyId: 'AKIAEXAMPLEEXAMPLE12',
  secretAccessKey: 'a secret of the test',
  region: 'us-west-2',
  service: 'twinpool',
  nowMs: NOW,
}
const verification = {
  regions: ['us-west-2'],
  service: 'twinpool',
  nowMs: NOW,
  clockSkewSeconds: 300,
}

function canonicalOf(url: string, headers = {}, signed = ['host']): readonly string[] {
  const request = { method: 'GET', url, headers: { host: 'h', ...headers }, body: NO_BODY }
  return (canonicalRequest(request, signed, 'hash') ?? '').split('\n')
}

test('the query is sorted by encoded name and then by value', () => {
  const [, , query] = canonicalOf('/?b=2&a=2&a=1&a-b=0&A=9&%C3%A4=%20&empty&x=a%2Fb&y=a/b')
  assert.equal(query, '%C3%A4=%20&A=9&a=1&a=2&a-b=0&b=2&empty=&x=a%2Fb&y=a%2Fb')
})

test('the signature is no part of what is signed', () => {
  const [, , query] = canonicalOf('/?X-Amz-Signature=00&X-Amz-Date=1')
  assert.equal(query, 'X-Amz-Date=1')
})

test('the path is normalised and encoded once more', () => {
  assert.equal(canonicalOf('/')[1], '/')
  assert.equal(canonicalOf('/a%20b/../c//d/./e/')[1], '/c/d/e/')
  assert.equal(canonicalOf('/a%20b')[1], '/a%2520b')
  assert.equal(canonicalOf('/../..')[1], '/')
})

test('values are trimmed, folded and joined', () => {
  const headers = { 'x-a': ['  one  two ', 'three'], 'x-b': '\tfour' }
  const lines = canonicalOf('/', headers, ['host', 'x-a', 'x-b', 'x-absent'])
  assert.deepEqual(lines.slice(3, 7), ['host:h', 'x-a:one two,three', 'x-b:four', 'x-absent:'])
  assert.equal(lines[8], 'host;x-a;x-b;x-absent')
})

test('a query that cannot be decoded is no request', () => {
  assert.equal(queryParameters('/?a=%zz'), undefined)
  const request = { method: 'GET', url: '/?a=%zz', headers: {}, body: NO_BODY }
  assert.equal(canonicalRequest(request, ['host'], 'hash'), undefined)
})

test('all but unreserved characters are encoded', () => {
  assert.equal(encodeUri("AZaz09-_.~ !'()*/+=&"), 'AZaz09-_.~%20%21%27%28%29%2A%2F%2B%3D%26')
})

test('timestamps are read as they are written, and nothing else is', () => {
  assert.equal(formatTimestamp(NOW), '20260102T030405Z')
  assert.equal(parseTimestamp('20260102T030405Z'), NOW)
  for (const text of ['', '20261302T030405Z', '20260102T030405', '2026-01-02T03:04:05Z', '2026']) {
    assert.equal(parseTimestamp(text), undefined, text)
  }
})

test('a cached key is the derived key, and another secret has another', () => {
  const cache = new SigningKeyCache()
  const scope = { day: '20260102', region: 'us-west-2', service: 'kms' }
  const key = cache.get('id', 'one', scope)
  assert.deepEqual(key, signingKey('one', scope))
  assert.equal(cache.get('id', 'one', scope), key)
  assert.deepEqual(cache.get('id', 'two', scope), signingKey('two', scope))
  for (let day = 0; day < 3000; day += 1) cache.get('id', 'one', { ...scope, day: String(day) })
  assert.deepEqual(cache.get('id', 'one', scope), signingKey('one', scope))
})

test('what is signed here verifies here, and nothing else does', () => {
  const text = fc.stringMatching(/^[ -~]{0,30}$/)
  fc.assert(
    fc.property(text, text, fc.string({ maxLength: 40 }), (value, query, body) => {
      const url = `/outbox?q=${encodeURIComponent(query)}`
      const request = {
        method: 'GET',
        url,
        headers: { host: 'localhost:4500', 'x-note': value },
        body: utf8(body),
      }
      const sent = { ...request, headers: signHeaders(request, signer) }
      const claimed = parseSignature(sent)
      assert.ok(claimed.kind === 'claimed')
      assert.equal(checkClaim(claimed, verification), undefined)
      const key = signingKey(signer.secretAccessKey, claimed.scope)
      assert.equal(checkSignature(sent, claimed, key), undefined)
      for (const other of [
        { ...sent, method: 'POST' },
        { ...sent, url: `${url}x` },
        { ...sent, body: utf8(`${body}x`) },
        { ...sent, headers: { ...sent.headers, 'x-note': `${value}x` } },
        { ...sent, headers: { ...sent.headers, host: 'elsewhere' } },
      ]) {
        assert.equal(checkSignature(other, claimed, key)?.reason, 'invalid')
      }
      assert.equal(checkSignature(sent, claimed, signingKey('x', claimed.scope))?.kind, 'refused')
    }),
    { numRuns: 100 },
  )
})

test('no Authorization header breaks the reader', () => {
  const header = fc.oneof(
    fc.string({ maxLength: 80 }),
    fc.stringMatching(/^AWS4-HMAC-SHA256 [A-Za-z=,/; ]{0,80}$/),
  )
  fc.assert(
    fc.property(header, fc.string({ maxLength: 60 }), (authorization, query) => {
      const headers = { authorization, host: 'h', 'x-amz-date': '20260102T030405Z' }
      const url = `/?X-Amz-Signature=${query}`
      for (const one of [
        { method: 'POST', url: '/', headers, body: NO_BODY },
        { method: 'POST', url, headers: { host: 'h' }, body: NO_BODY },
      ]) {
        const claimed = parseSignature(one)
        if (claimed.kind === 'refused') assert.ok(claimed.message.length > 0)
      }
    }),
    { numRuns: 300 },
  )
})
