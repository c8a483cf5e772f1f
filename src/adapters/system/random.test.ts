import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemRandom } from './random.js'

test('bytes have the length that was asked for, small and large', () => {
  for (const length of [0, 1, 12, 16, 32, 64, 65, 5000]) {
    assert.equal(systemRandom.bytes(length).length, length)
  }
})

test('no bytes are given out twice, over many supplies', () => {
  const seen = new Set<string>()
  for (let at = 0; at < 2000; at += 1) {
    seen.add(Buffer.from(systemRandom.bytes(12)).toString('hex'))
  }
  assert.equal(seen.size, 2000)
})

test('what was given out is the caller’s: later draws do not change it', () => {
  const first = systemRandom.bytes(32)
  const copy = Buffer.from(first)
  for (let at = 0; at < 500; at += 1) systemRandom.bytes(32)
  assert.deepEqual(Buffer.from(first), copy)
  assert.equal(first.buffer.byteLength, 32, 'the supply is not behind it')
})

test('texts have letters of their alphabet only, each about as often', () => {
  const text = systemRandom.text(30_000, 'abc')
  assert.match(text, /^[abc]{30000}$/)
  for (const letter of 'abc') {
    const times = text.split(letter).length - 1
    assert.ok(times > 9_300 && times < 10_700, `${letter}: ${times}`)
  }
})
