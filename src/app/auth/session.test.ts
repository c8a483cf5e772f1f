import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { PoolCipher } from '#app/crypto/pool-cipher.js'
import { sealLocated, sealToken } from '#domain/token/sealed-token.js'
import {
  type AuthSession,
  isWaitingFor,
  openSession,
  poolIdOfSession,
  sealSession,
} from './session.js'

const random = { bytes: randomBytes, uuid: () => '', text: () => '' }
const tokenKey = randomBytes(32)

function cipherOf(poolId: string, key: Uint8Array = tokenKey): PoolCipher {
  return new PoolCipher({
    poolId,
    dataKeys: new Map([['00'.repeat(8), randomBytes(32)]]),
    indexKey: randomBytes(32),
    tokenKey: key,
    random,
  })
}

const POOL = 'us-west-2_SessionP1'
const cipher = cipherOf(POOL)
const session: AuthSession = {
  id: '019ab2c3-d4e5-7abc-8def-0123456789ab',
  poolId: POOL,
  clientId: 'client',
  region: 'us-west-2',
  sub: '5f0a1c3e-7b2d-4c6f-8e9a-0b1c2d3e4f50',
  username: 'rosa',
  flow: 'USER_SRP_AUTH',
  typedName: 'Rosa@example.com',
  provenFactors: ['password'],
  history: [{ name: 'PASSWORD_VERIFIER', isPassed: true }],
  deviceKey: 'us-west-2_019ab2c3-d4e5-7abc-8def-0123456789ab',
  challenge: { name: 'NEW_PASSWORD_REQUIRED', salt: 'a1' },
  expiresAtMs: 1_795_000_000_000,
}
const text = sealSession(cipher, randomBytes(24), session)

/** The session with another header, as somebody would write it who has no key. */
function withHeader(change: Readonly<Record<string, unknown>>): string {
  const [header = '', ...rest] = text.split('.')
  const members = JSON.parse(Buffer.from(header, 'base64url').toString('utf8')) as object
  return [
    Buffer.from(JSON.stringify({ ...members, ...change })).toString('base64url'),
    ...rest,
  ].join('.')
}

test('a session carries all that a sign-in has come to', () => {
  assert.deepEqual(openSession(cipher, text), session)
  const { deviceKey: _, ...without } = session
  const sealed = sealSession(cipher, randomBytes(24), { ...session, deviceKey: undefined })
  assert.deepEqual(openSession(cipher, sealed), without)
})

test('a session is as long as the API allows', () => {
  assert.ok(text.length >= 20 && text.length <= 4096, `${text.length}`)
})

test('a session alone leads to its pool, and nothing of it but the pool can be read', () => {
  assert.equal(poolIdOfSession(text), POOL)
  const [header = '', , ...rest] = text.split('.')
  const clear = Buffer.from(header, 'base64url').toString('utf8') + rest.join('')
  for (const secret of ['rosa', 'client', session.sub]) assert.ok(!clear.includes(secret), secret)
  for (const other of [
    '',
    'x'.repeat(40),
    'a..b.c.d',
    sealToken(tokenKey, 'session', POOL, randomBytes(24), {}),
  ]) {
    assert.equal(poolIdOfSession(other), undefined)
  }
  const page = sealLocated(
    tokenKey,
    { purpose: 'page', version: 1, poolId: POOL },
    randomBytes(24),
    {},
  )
  assert.equal(poolIdOfSession(page), undefined)
})

test('a session opens in its pool, whatever its header says', () => {
  const other = cipherOf('us-west-2_SessionP2')
  assert.equal(openSession(other, text), undefined)
  assert.equal(openSession(cipherOf(POOL, randomBytes(32)), text), undefined)
  const renamed = withHeader({ kid: other.poolId })
  assert.equal(poolIdOfSession(renamed), other.poolId)
  // Under one key even: what was sealed for a pool is not another's.
  assert.equal(openSession(other, renamed), undefined)
  assert.equal(openSession(cipher, renamed), undefined)
})

test('a session with an altered header, or of another version, does not open', () => {
  for (const change of [
    { ver: 0 },
    { ver: 2 },
    { ver: '1' },
    { typ: 'refresh' },
    { enc: 'none' },
    { x: 1 },
  ]) {
    assert.equal(openSession(cipher, withHeader(change)), undefined, JSON.stringify(change))
    assert.equal(poolIdOfSession(withHeader(change)), undefined, JSON.stringify(change))
  }
  for (const version of [0, 2]) {
    const locator = { purpose: 'session', version, poolId: POOL }
    const genuine = sealLocated(tokenKey, locator, randomBytes(24), session)
    assert.equal(openSession(cipher, genuine), undefined, `version ${version}`)
  }
  const located = { purpose: 'refresh', version: 1, poolId: POOL }
  assert.equal(
    openSession(cipher, sealLocated(tokenKey, located, randomBytes(24), session)),
    undefined,
  )
  assert.equal(
    openSession(cipher, sealToken(tokenKey, 'session', POOL, randomBytes(24), session)),
    undefined,
  )
})

test('a truncated session does not open', () => {
  for (let length = 0; length < text.length; length += 1) {
    assert.equal(openSession(cipher, text.slice(0, length)), undefined, `${length} characters`)
  }
})

test('a session waits for one challenge', () => {
  assert.ok(isWaitingFor(session, 'NEW_PASSWORD_REQUIRED'))
  assert.ok(!isWaitingFor(session, 'PASSWORD_VERIFIER'))
  assert.ok(!isWaitingFor(undefined, 'NEW_PASSWORD_REQUIRED'))
})
