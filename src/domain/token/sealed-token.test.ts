import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { openToken, sealToken } from './sealed-token.js'

const key = randomBytes(32)
const poolId = 'us-west-2_abc'
const value = { sub: 'ü', list: [1, 'two'], nested: { at: 3 } }
const token = sealToken(key, 'refresh', poolId, randomBytes(12), value)

test('a token opens to what was sealed', () => {
  assert.deepEqual(openToken(key, 'refresh', poolId, token), value)
})

test('a token looks like a JWE with a direct key', () => {
  const parts = token.split('.')
  assert.equal(parts.length, 5)
  assert.deepEqual(JSON.parse(Buffer.from(parts[0] ?? '', 'base64url').toString()), {
    cty: 'JWT',
    enc: 'A256GCM',
    alg: 'dir',
  })
  assert.equal(parts[1], '')
  assert.doesNotMatch(token, /sub/)
})

test('a token opens for its key, purpose and pool only', () => {
  assert.equal(openToken(randomBytes(32), 'refresh', poolId, token), undefined)
  assert.equal(openToken(key, 'session', poolId, token), undefined)
  assert.equal(openToken(key, 'refresh', 'us-west-2_abd', token), undefined)
  // Parts of the associated data cannot be shifted into each other.
  const shifted = sealToken(key, 'refreshx', 'pool', randomBytes(12), value)
  assert.equal(openToken(key, 'refresh', 'xpool', shifted), undefined)
})

test('a change of any character is noticed', () => {
  for (let at = 0; at < token.length; at += 1) {
    const other = token[at] === 'A' ? 'B' : 'A'
    const changed = token.slice(0, at) + other + token.slice(at + 1)
    const opened = openToken(key, 'refresh', poolId, changed)
    const isLastOfPart = at === token.length - 1 || token[at + 1] === '.'
    // The last character of a part may hold bits that stand for nothing.
    if (!isLastOfPart) assert.equal(opened, undefined, `at ${at}`)
  }
})

test('any other text is undefined, never an error', () => {
  const [header = '', , nonce = '', body = '', tag = ''] = token.split('.')
  const texts = [
    '',
    '....',
    'abc',
    'a.b.c.d.e',
    token.slice(0, -1),
    `${token}A`,
    `${token}\n`,
    ` ${token}`,
    `${header}.AA.${nonce}.${body}.${tag}`,
    `${header}..${nonce}..${tag}`,
    `${header}..${nonce}.${body}.`,
    `${header}..${nonce}.${body}.${tag.slice(0, 5)}`,
    `${header}..${nonce.slice(0, 8)}.${body}.${tag}`,
    `${header}..${nonce}.${body}=.${tag}`,
    `${header}..${nonce}.${'A'.repeat(40_000)}.${tag}`,
    token.replace(header, header.toLowerCase()),
  ]
  for (const text of texts) {
    assert.equal(openToken(key, 'refresh', poolId, text), undefined, text.slice(-60))
  }
})

test('a nonce of the wrong length is a bug', () => {
  assert.throws(() => sealToken(key, 'refresh', poolId, randomBytes(16), value), {
    name: 'InvariantError',
  })
})
