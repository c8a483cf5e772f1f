import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decryptGcm, encryptGcm, NONCE_BYTES, open, seal } from './aes-gcm.js'

const hex = (text: string) => Buffer.from(text, 'hex')

// Test case 16 of "The Galois/Counter Mode of Operation" (McGrew and Viega).
const key = hex('feffe9928665731c6d6a8f9467308308'.repeat(2))
const nonce = hex('cafebabefacedbaddecaf888')
const aad = hex('feedfacedeadbeeffeedfacedeadbeefabaddad2')
const plaintext = hex(
  'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72' +
    '1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
)
const body = hex(
  '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa' +
    '8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662',
)
const tag = hex('76fc6ece0f4e1768cddf8853bb2d551b')

test('the published vector, both ways', () => {
  assert.deepEqual(encryptGcm({ key, nonce, aad }, plaintext), { body, tag })
  assert.deepEqual(decryptGcm({ key, nonce, aad }, { body, tag }), plaintext)
})

test('anything that was changed does not decrypt', () => {
  const changed = (bytes: Buffer, at = 0) => {
    const copy = Buffer.from(bytes)
    copy.writeUInt8(copy.readUInt8(at) ^ 1, at)
    return copy
  }
  assert.equal(decryptGcm({ key: changed(key), nonce, aad }, { body, tag }), undefined)
  assert.equal(decryptGcm({ key, nonce: changed(nonce), aad }, { body, tag }), undefined)
  assert.equal(decryptGcm({ key, nonce, aad: changed(aad) }, { body, tag }), undefined)
  assert.equal(decryptGcm({ key, nonce, aad }, { body: changed(body, 59), tag }), undefined)
  assert.equal(decryptGcm({ key, nonce, aad }, { body, tag: changed(tag, 15) }), undefined)
})

test('a tag that was shortened is no tag', () => {
  for (const length of [0, 4, 12, 15]) {
    const short = tag.subarray(0, length)
    assert.equal(decryptGcm({ key, nonce, aad }, { body, tag: short }), undefined)
  }
})

test('a sealed form has its prefix in front, and opens behind it', () => {
  const prefix = [Buffer.of(1), hex('0a0b')]
  const sealed = seal({ key, nonce, aad }, plaintext, ...prefix)
  assert.deepEqual(sealed, Buffer.concat([...prefix, nonce, body, tag]))
  assert.deepEqual(open({ key, aad }, sealed, 3), plaintext)
  assert.equal(open({ key, aad }, sealed, 2), undefined)
  const empty = seal({ key, nonce, aad }, Buffer.alloc(0))
  assert.deepEqual(open({ key, aad }, empty), Buffer.alloc(0))
  for (let length = 0; length < NONCE_BYTES + 16; length += 1) {
    assert.equal(open({ key, aad }, empty.subarray(0, length)), undefined)
  }
})
