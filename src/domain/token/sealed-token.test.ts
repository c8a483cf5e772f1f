import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { locatorOf, openLocated, openToken, sealLocated, sealToken } from './sealed-token.js'

const key = randomBytes(32)
const poolId = 'us-west-2_abc'
const value = { sub: 'ü', list: [1, 'two'], nested: { at: 3 } }
const token = sealToken(key, 'refresh', poolId, randomBytes(24), value)

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
  const shifted = sealToken(key, 'refreshx', 'pool', randomBytes(24), value)
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

test('a salt of the wrong length is a bug', () => {
  assert.throws(() => sealToken(key, 'refresh', poolId, randomBytes(12), value), {
    name: 'InvariantError',
  })
})

const HEADER = Buffer.from('{"cty":"JWT","enc":"A256GCM","alg":"dir"}').toString('base64url')

/** Sealed by an earlier version: with the pool's key itself, which is 32 bytes of 0x42 here. */
const EARLIER = {
  refresh:
    `${HEADER}..AQEBAQEBAQEBAQEB.` +
    'VovFcvZ2u-_tM9qq1nGLqIewn_PvgeNifWsdMXF0k_hfv0RRQnrSo7LTGLszT3GfU42FxDfVrG4jV2mCKydf1GzLAC3E' +
    'lGRfe42M4VkMi16A-Zw4A0SXjB9w1jO9br4dwsUeV9Bs4Yk2b5GBuA76_1TwDA1Q9ibB62ewLOjFVZXHwFbghrfm4MbA' +
    'RIKd5nKpToXYjy1PQ4clV6Iq_IHiEaIahygf6CKvv1PkBwkgSgGS52CZ0KNvSsCFnKwIBrNlGOX9YqKmUDIU-6_CQVh5' +
    '.aAJ-O75Fii9V-ZmK1csIfQ',
  session:
    `${HEADER}..AgICAgICAgICAgIC.` +
    'icd1drmMdbmP-cFhlbL6vIRbReeniwS1Jak7doynCUfjZbkgdJ29ZP6Yz926jhN8PRujdusIe05NYT8SMTP9SszpjWUG' +
    'ZzcA2KxGFBiYbnSyfhSyO0k.nKsYKlwn4LmWKKnNRi3q-Q',
}

test('tokens that were sealed before still open, for their purpose and pool', () => {
  const old = Buffer.alloc(32, 0x42)
  const pool = 'us-west-2_Fixture01'
  assert.deepEqual(openToken(old, 'refresh', pool, EARLIER.refresh), {
    sub: '2e3f1f0c-3c0b-4a57-9c2f-0a1b2c3d4e5f',
    clientId: 'client',
    originJti: '019ab2c3-d4e5-7abc-8def-0123456789ab',
    jti: '6f1e2d3c-4b5a-4987-8a6b-5c4d3e2f1a0b',
    authTime: 1_764_000_000,
    expiresAt: 1_766_592_000,
  })
  assert.deepEqual(openToken(old, 'session', pool, EARLIER.session), {
    step: 'SRP_TICKET',
    id: '019ab2c3-d4e5-7abc-8def-0123456789ab',
    region: 'us-west-2',
  })
  assert.equal(openToken(old, 'session', pool, EARLIER.refresh), undefined)
  assert.equal(openToken(old, 'refresh', 'us-west-2_Fixture02', EARLIER.refresh), undefined)
  assert.equal(openToken(Buffer.alloc(32, 0x43), 'refresh', pool, EARLIER.refresh), undefined)
})

test('each token has a key of its own', () => {
  const [one, two] = [randomBytes(24), randomBytes(24)].map((salt) =>
    sealToken(key, 'refresh', poolId, salt, value).split('.'),
  )
  assert.deepEqual(
    openToken(key, 'refresh', poolId, (one ?? []).join('.')),
    openToken(key, 'refresh', poolId, (two ?? []).join('.')),
  )
  assert.equal(one?.[2]?.length, 32)
  // A body under the salt of another token is under another key.
  const mixed = [...(one ?? [])]
  mixed[2] = two?.[2] ?? ''
  assert.equal(openToken(key, 'refresh', poolId, mixed.join('.')), undefined)
  // And the same value under two keys has nothing in common, which one key and nonce would give it.
  assert.notEqual(one?.[3], two?.[3])
})

const locator = { purpose: 'session', version: 1, poolId }
const located = sealLocated(key, locator, randomBytes(24), value)

/** The token with another header, as somebody would write it who has no key. */
function withHeader(text: string, header: unknown): string {
  const [, ...rest] = text.split('.')
  return [Buffer.from(JSON.stringify(header)).toString('base64url'), ...rest].join('.')
}

test('a located token names its pool to anybody and opens for its locator only', () => {
  assert.deepEqual(locatorOf(located), locator)
  assert.deepEqual(openLocated(key, locator, located), value)
  assert.equal(openLocated(randomBytes(32), locator, located), undefined)
  for (const other of [{ purpose: 'refresh' }, { version: 2 }, { poolId: 'us-west-2_abd' }]) {
    assert.equal(openLocated(key, { ...locator, ...other }, located), undefined)
  }
  assert.equal(openToken(key, 'session', poolId, located), undefined)
  assert.equal(
    openLocated(key, locator, sealToken(key, 'session', poolId, randomBytes(24), 1)),
    undefined,
  )
})

test('the header of a located token is authenticated', () => {
  const header = { typ: 'session', ver: 1, kid: poolId, enc: 'A256GCM', alg: 'dir' }
  assert.equal(withHeader(located, header), located)
  for (const change of [{ kid: 'us-west-2_abd' }, { ver: 0 }, { ver: 2 }, { typ: 'refresh' }]) {
    const altered = withHeader(located, { ...header, ...change })
    const claimed = locatorOf(altered)
    assert.notDeepEqual(claimed, locator)
    assert.ok(claimed)
    // Neither as what the header says now nor as what it was.
    assert.equal(openLocated(key, claimed, altered), undefined)
    assert.equal(openLocated(key, locator, altered), undefined)
  }
})

test('a header that says the same in another way is none', () => {
  const other = { ver: 1, typ: 'session', kid: poolId, enc: 'A256GCM', alg: 'dir' }
  for (const header of [other, { ...other, crit: ['x'] }, { typ: 'session', ver: 1 }, 1, null]) {
    assert.equal(locatorOf(withHeader(located, header)), undefined)
  }
  for (const text of ['', '..', token, 'e30..', `${'A'.repeat(60)}..`, located.slice(1)]) {
    assert.equal(locatorOf(text), undefined, text.slice(0, 40))
  }
})

test('a located token that is cut or changed anywhere does not open', () => {
  for (let at = 0; at < located.length; at += 1) {
    assert.equal(openLocated(key, locator, located.slice(0, at)), undefined, `cut at ${at}`)
    if (at === located.length - 1 || located[at + 1] === '.') continue
    const changed = located.slice(0, at) + (located[at] === 'A' ? 'B' : 'A') + located.slice(at + 1)
    assert.equal(openLocated(key, locator, changed), undefined, `changed at ${at}`)
  }
})
