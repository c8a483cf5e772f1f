import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  deriveLinkKeys,
  isSignature,
  type LinkHeaders,
  openBody,
  sealBody,
  signRequest,
  signResponse,
} from './message.js'

const keys = deriveLinkKeys(Buffer.alloc(32, 7))
const headers: LinkHeaders = {
  path: '/region-link/v1/hello',
  fromRegion: 'us-west-2',
  toRegion: 'us-east-1',
  timeMs: 1_800_000_000_000,
  nonce: 'bm9uY2U',
  isSealed: true,
}
const body = Buffer.from('{"a":1}')

test('a signature covers every fact and the body', () => {
  const signature = signRequest(keys, headers, body)
  assert.ok(isSignature(signRequest(keys, { ...headers }, body), signature))
  const others: readonly LinkHeaders[] = [
    { ...headers, path: '/region-link/v1/other' },
    { ...headers, fromRegion: 'eu-west-1' },
    { ...headers, toRegion: 'eu-west-1' },
    { ...headers, timeMs: headers.timeMs + 1 },
    { ...headers, nonce: 'x' },
    { ...headers, isSealed: false },
  ]
  for (const other of others) {
    assert.ok(!isSignature(signRequest(keys, other, body), signature), JSON.stringify(other))
  }
  assert.ok(!isSignature(signRequest(keys, headers, Buffer.from('{"a":2}')), signature))
  const strangers = deriveLinkKeys(Buffer.alloc(32, 8))
  assert.ok(!isSignature(signRequest(strangers, headers, body), signature))
  assert.ok(!isSignature(signature, undefined))
})

test('an answer is bound to its request and status, and is no request', () => {
  const signature = signResponse(keys, headers, { status: 200, body })
  assert.notEqual(signature, signResponse(keys, { ...headers, nonce: 'x' }, { status: 200, body }))
  assert.notEqual(signature, signResponse(keys, headers, { status: 422, body }))
  assert.notEqual(signature, signRequest(keys, headers, body))
})

test('a sealed body opens for its request and direction only', () => {
  const nonce = Buffer.alloc(12, 3)
  const sealed = sealBody(keys, headers, { direction: 'request', nonce, plaintext: body })
  assert.ok(!Buffer.from(sealed).includes(body))
  const opened = openBody(keys, headers, { direction: 'request', body: sealed })
  assert.deepEqual(opened && Buffer.from(opened), body)
  assert.equal(openBody(keys, headers, { direction: 'answer', body: sealed }), undefined)
  assert.equal(
    openBody(keys, { ...headers, nonce: 'x' }, { direction: 'request', body: sealed }),
    undefined,
  )
  const changed = Buffer.from(sealed)
  changed.writeUInt8(changed.readUInt8(20) === 65 ? 66 : 65, 20)
  assert.equal(openBody(keys, headers, { direction: 'request', body: changed }), undefined)
  assert.equal(openBody(keys, headers, { direction: 'request', body: Buffer.alloc(8) }), undefined)
})
