import assert from 'node:assert/strict'
import { test } from 'node:test'
import { utf8 } from '#base/bytes.js'
import { isSmallEnough, UNSIGNED_BYTES_MAX, UNSIGNED_MEMBERS_MAX } from './unsigned-body.js'

const fits = (value: unknown) => isSmallEnough(utf8(JSON.stringify(value)))

test('an ordinary call is small enough, the longest one, too', () => {
  assert.ok(fits({}))
  const attributes = Array.from({ length: 50 }, (_, at) => ({
    Name: `custom:a${at}`,
    Value: '",{['.repeat(512),
  }))
  assert.ok(fits({ ClientId: 'x', UserAttributes: attributes, ClientMetadata: { a: 'b' } }))
})

test('members count, wherever they are, and what is in a text does not', () => {
  const many = Array.from({ length: UNSIGNED_MEMBERS_MAX + 1 }, (_, at) => [`k${at}`, 1])
  assert.ok(!fits(Object.fromEntries(many)))
  assert.ok(!fits({ ClientMetadata: Object.fromEntries(many) }))
  assert.ok(!fits({ a: many.map(() => ({})) }))
  assert.ok(!isSmallEnough(utf8('['.repeat(UNSIGNED_MEMBERS_MAX + 1))))
  assert.ok(fits({ a: ',{[\\",'.repeat(UNSIGNED_MEMBERS_MAX) }))
  assert.ok(fits(Object.fromEntries(many.slice(0, UNSIGNED_MEMBERS_MAX - 2))))
})

test('a long body is too much, whatever is in it', () => {
  assert.ok(!fits({ a: 'x'.repeat(UNSIGNED_BYTES_MAX) }))
})
