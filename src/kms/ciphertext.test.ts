import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { required } from '#base/assert.js'
import { decryptMessage, encryptMessage, parseCiphertext } from './ciphertext.js'

const backingKey = { id: '0011223344556677', bytes: new Uint8Array(32).fill(1) }
const sealed = (context = {}, plaintext = Buffer.from('secret')) =>
  encryptMessage({
    keyId: 'mrk-0123456789abcdef0123456789abcdef',
    backingKey,
    random: randomBytes(28),
    context,
    plaintext,
  })
const opened = (bytes: Uint8Array, context = {}, key = backingKey) => {
  const ciphertext = parseCiphertext(bytes)
  return ciphertext && decryptMessage(key, ciphertext, context)
}

test('a ciphertext names its key and backing key, and opens', () => {
  const parsed = required(parseCiphertext(sealed()), 'ciphertext')
  assert.equal(parsed.keyId, 'mrk-0123456789abcdef0123456789abcdef')
  assert.equal(parsed.backingKeyId, '0011223344556677')
  assert.equal(Buffer.from(required(opened(sealed()), 'plaintext')).toString(), 'secret')
})

test('no byte of it can be changed, left out or added', () => {
  const blob = sealed({ a: 'b' })
  for (let at = 0; at < blob.length; at += 1) {
    const changed = Uint8Array.from(blob)
    changed[at] = (changed[at] ?? 0) ^ 0x80
    assert.equal(opened(changed, { a: 'b' }), undefined, `byte ${at}`)
    assert.equal(opened(blob.subarray(0, at), { a: 'b' }), undefined, `length ${at}`)
  }
  assert.equal(opened(Buffer.concat([blob, Buffer.of(0)]), { a: 'b' }), undefined)
  assert.equal(parseCiphertext(new Uint8Array(0)), undefined)
})

test('another backing key does not open it', () => {
  const other = { ...backingKey, bytes: new Uint8Array(32).fill(2) }
  assert.equal(opened(sealed(), {}, other), undefined)
})

test('the order of a context does not matter, and where its words end does', () => {
  const blob = sealed({ ab: 'c', d: '' })
  assert.ok(opened(blob, { d: '', ab: 'c' }))
  for (const other of [{ a: 'bc', d: '' }, { ab: 'cd' }, { abc: '', d: '' }, { ab: 'c' }]) {
    assert.equal(opened(blob, other), undefined)
  }
})
