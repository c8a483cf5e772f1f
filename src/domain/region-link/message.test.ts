import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  deriveLinkKeys,
  isSignature,
  openBody,
  type RequestFacts,
  sealBody,
  signAnswer,
  signRequest,
} from './message.js'

const keys = deriveLinkKeys(Buffer.alloc(32, 7))
const facts: RequestFacts = {
  path: '/region-link/v1/hello',
  fromRegion: 'us-west-2',
  toRegion: 'us-east-1',
  timeMs: 1_800_000_000_000,
  nonce: 'bm9uY2U',
  isSealed: true,
}
const body = Buffer.from('{"a":1}')

test('a signature covers every fact and the body', () => {
  const signature = signRequest(keys, facts, body)
  assert.ok(isSignature(signRequest(keys, { ...facts }, body), signature))
  const others: readonly RequestFacts[] = [
    { ...facts, path: '/region-link/v1/other' },
    { ...facts, fromRegion: 'eu-west-1' },
    { ...facts, toRegion: 'eu-west-1' },
    { ...facts, timeMs: facts.timeMs + 1 },
    { ...facts, nonce: 'x' },
    { ...facts, isSealed: false },
  ]
  for (const other of others) {
    assert.ok(!isSignature(signRequest(keys, other, body), signature), JSON.stringify(other))
  }
  assert.ok(!isSignature(signRequest(keys, facts, Buffer.from('{"a":2}')), signature))
  const strangers = deriveLinkKeys(Buffer.alloc(32, 8))
  assert.ok(!isSignature(signRequest(strangers, facts, body), signature))
  assert.ok(!isSignature(signature, undefined))
})

test('an answer is bound to its request and status, and is no request', () => {
  const signature = signAnswer(keys, facts, { status: 200, body })
  assert.notEqual(signature, signAnswer(keys, { ...facts, nonce: 'x' }, { status: 200, body }))
  assert.notEqual(signature, signAnswer(keys, facts, { status: 422, body }))
  assert.notEqual(signature, signRequest(keys, facts, body))
})

test('a sealed body opens for its request and direction only', () => {
  const nonce = Buffer.alloc(12, 3)
  const sealed = sealBody(keys, facts, { direction: 'request', nonce, plaintext: body })
  assert.ok(!Buffer.from(sealed).includes(body))
  const opened = openBody(keys, facts, { direction: 'request', body: sealed })
  assert.deepEqual(opened && Buffer.from(opened), body)
  assert.equal(openBody(keys, facts, { direction: 'answer', body: sealed }), undefined)
  assert.equal(
    openBody(keys, { ...facts, nonce: 'x' }, { direction: 'request', body: sealed }),
    undefined,
  )
  const changed = Buffer.from(sealed)
  changed.writeUInt8(changed.readUInt8(20) === 65 ? 66 : 65, 20)
  assert.equal(openBody(keys, facts, { direction: 'request', body: changed }), undefined)
  assert.equal(openBody(keys, facts, { direction: 'request', body: Buffer.alloc(8) }), undefined)
})
