import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSignature, type LinkHeaders, LinkMessages } from './message.js'

const messages = new LinkMessages(Buffer.alloc(32, 7))
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
  const signature = messages.signRequest(headers, body)
  assert.ok(isSignature(messages.signRequest({ ...headers }, body), signature))
  const others: readonly LinkHeaders[] = [
    { ...headers, path: '/region-link/v1/other' },
    { ...headers, fromRegion: 'eu-west-1' },
    { ...headers, toRegion: 'eu-west-1' },
    { ...headers, timeMs: headers.timeMs + 1 },
    { ...headers, nonce: 'x' },
    { ...headers, isSealed: false },
  ]
  for (const other of others) {
    assert.ok(!isSignature(messages.signRequest(other, body), signature), JSON.stringify(other))
  }
  assert.ok(!isSignature(messages.signRequest(headers, Buffer.from('{"a":2}')), signature))
  const otherKey = new LinkMessages(Buffer.alloc(32, 8))
  assert.ok(!isSignature(otherKey.signRequest(headers, body), signature))
  assert.ok(!isSignature(signature, undefined))
})

test('an answer is bound to its request and status, and is no request', () => {
  const signature = messages.signResponse(headers, { status: 200, body })
  assert.notEqual(
    signature,
    messages.signResponse({ ...headers, nonce: 'x' }, { status: 200, body }),
  )
  assert.notEqual(signature, messages.signResponse(headers, { status: 422, body }))
  assert.notEqual(signature, messages.signRequest(headers, body))
})

test('a sealed body opens for its request and direction only', () => {
  const value = { a: 1 }
  const nonce = Buffer.alloc(12, 3)
  const sealed = messages.encode(headers, 'request', { value, nonce })
  assert.ok(!Buffer.from(sealed).includes(body))
  assert.deepEqual(messages.decode(headers, 'request', sealed), { value })
  assert.equal(messages.decode(headers, 'answer', sealed), undefined)
  assert.equal(messages.decode({ ...headers, nonce: 'x' }, 'request', sealed), undefined)
  const changed = Buffer.from(sealed)
  changed.writeUInt8(changed.readUInt8(20) === 65 ? 66 : 65, 20)
  assert.equal(messages.decode(headers, 'request', changed), undefined)
  assert.equal(messages.decode(headers, 'request', Buffer.alloc(8)), undefined)
})

test('a body of a call that is not sealed is JSON', () => {
  const clear = { ...headers, isSealed: false }
  const plain = messages.encode(clear, 'request', { value: null, nonce: Buffer.alloc(12) })
  assert.deepEqual(Buffer.from(plain).toString(), 'null')
  assert.deepEqual(messages.decode(clear, 'request', plain), { value: null })
  assert.throws(() => messages.decode(clear, 'request', Buffer.from('{')), SyntaxError)
})
