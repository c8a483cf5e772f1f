import assert from 'node:assert/strict'
import { createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { test } from 'node:test'
import { compactVerify } from 'jose'
import { decodeJwt, signJwt, verifyJwt } from './jwt.js'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const otherRsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const signer = { kid: 'k+1/=', privateKey: rsa.privateKey }
const claims = { sub: 'ü-1', exp: 12, 'cognito:groups': ['a'] }
const token = signJwt(signer, claims)
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

test('a token reads back and verifies', () => {
  assert.deepEqual(decodeJwt(token), { header: { kid: 'k+1/=', alg: 'RS256' }, payload: claims })
  assert.deepEqual(verifyJwt(token, rsa.publicKey), claims)
})

test('another library verifies it', async () => {
  const verified = await compactVerify(token, rsa.publicKey, { algorithms: ['RS256'] })
  assert.deepEqual(JSON.parse(Buffer.from(verified.payload).toString()), claims)
  assert.equal(verified.protectedHeader.kid, 'k+1/=')
})

test('another key does not verify it', () => {
  assert.equal(verifyJwt(token, otherRsa.publicKey), undefined)
})

test('a change of any part breaks it', () => {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const changed = [
    `${part({ kid: 'k2', alg: 'RS256' })}.${payload}.${signature}`,
    `${header}.${part({ ...claims, sub: 'x' })}.${signature}`,
    `${header}.${payload}.${signature.slice(0, -4)}AAAA`,
    `${header}.${payload}.AAAA`,
    `${payload}.${header}.${signature}`,
  ]
  for (const text of changed) assert.equal(verifyJwt(text, rsa.publicKey), undefined, text)
})

test('a token does not choose how it is verified', () => {
  const payload = part(claims)
  const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' })
  const hmacHeader = part({ kid: 'k', alg: 'HS256' })
  const mac = createHmac('sha256', pem).update(`${hmacHeader}.${payload}`).digest('base64url')
  assert.equal(verifyJwt(`${hmacHeader}.${payload}.${mac}`, rsa.publicKey), undefined)
  assert.equal(verifyJwt(`${part({ alg: 'none' })}.${payload}.AA`, rsa.publicKey), undefined)
  assert.equal(verifyJwt(`${part({ alg: 'none' })}.${payload}.`, rsa.publicKey), undefined)
  for (const alg of ['RS384', 'PS256', 'rs256', '', undefined, ['RS256']]) {
    const signed = `${part({ kid: 'k', alg })}.${payload}`
    const signature = sign('sha256', Buffer.from(signed), rsa.privateKey).toString('base64url')
    assert.equal(verifyJwt(`${signed}.${signature}`, rsa.publicKey), undefined, String(alg))
  }
})

test('a key of another kind verifies nothing', () => {
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  assert.equal(verifyJwt(token, ec.publicKey), undefined)
  const signed = token.slice(0, token.lastIndexOf('.'))
  const signature = sign('sha256', Buffer.from(signed), ec.privateKey).toString('base64url')
  assert.equal(verifyJwt(`${signed}.${signature}`, ec.publicKey), undefined)
})

test('an extension that must be understood is refused', () => {
  const signed = `${part({ alg: 'RS256', crit: ['b64'] })}.${part(claims)}`
  const signature = sign('sha256', Buffer.from(signed), rsa.privateKey).toString('base64url')
  assert.equal(verifyJwt(`${signed}.${signature}`, rsa.publicKey), undefined)
})

test('any other text is undefined, never an error', () => {
  const texts = [
    '',
    '.',
    '..',
    'a.b',
    'a.b.c.d',
    'a.b.c',
    `${token} `,
    ` ${token}`,
    `${token}\n`,
    `${token}=`,
    token.replaceAll('.', '..'),
    `${part([])}.${part({})}.AA`,
    `${part({})}.${part('text')}.AA`,
    `${part({})}.${part(null)}.AA`,
    `${part(1)}.${part(2)}.AA`,
    `${'a'.repeat(70_000)}.${part({})}.AA`,
  ]
  for (const text of texts) {
    assert.equal(decodeJwt(text), undefined, text.slice(0, 40))
    assert.equal(verifyJwt(text, rsa.publicKey), undefined, text.slice(0, 40))
  }
  for (let run = 0; run < 200; run += 1) {
    verifyJwt(randomBytes(run).toString('base64url').split('A').join('.'), rsa.publicKey)
  }
})
