import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { dataKeyIdOf, type FieldContext, openField, sealField } from './envelope.js'

const key = randomBytes(32)
const context: FieldContext = {
  poolId: 'us-west-2_a',
  table: 'users',
  column: 'profile_sealed',
  row: 'sub-1',
}
const sealed = sealField({
  key,
  dataKeyId: '0011223344556677',
  nonce: randomBytes(12),
  context,
  plaintext: Buffer.from('secret'),
})

test('a field opens at its own place', () => {
  assert.equal(Buffer.from(openField(key, context, sealed) ?? []).toString(), 'secret')
  assert.equal(dataKeyIdOf(sealed), '0011223344556677')
})

test('a field that was moved does not open', () => {
  for (const moved of [
    { ...context, poolId: 'us-west-2_b' },
    { ...context, table: 'clients' },
    { ...context, column: 'credential_sealed' },
    { ...context, row: 'sub-2' },
  ]) {
    assert.equal(openField(key, moved, sealed), undefined)
  }
})

test('a changed, cut or foreign field does not open', () => {
  for (let at = 9; at < sealed.length; at += 1) {
    const changed = Buffer.from(sealed)
    changed[at] = (changed[at] ?? 0) ^ 1
    assert.equal(openField(key, context, changed), undefined, `byte ${at}`)
  }
  assert.equal(openField(key, context, sealed.subarray(0, 20)), undefined)
  assert.equal(openField(key, context, new Uint8Array()), undefined)
  assert.equal(openField(randomBytes(32), context, sealed), undefined)
})
