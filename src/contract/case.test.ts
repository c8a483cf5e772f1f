import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toCamel, toPascal } from './case.js'

test('names change at every depth and values do not', () => {
  const wire = { PasswordPolicy: { MinimumLength: 8 }, Schema: [{ Name: 'Email' }], Flag: false }
  const inner = { passwordPolicy: { minimumLength: 8 }, schema: [{ name: 'Email' }], flag: false }
  assert.deepEqual(toCamel(wire), inner)
  assert.deepEqual(toPascal(inner), wire)
})

test('names of many capitals come back as they were', () => {
  const wire = { KMSKeyID: 'arn', CustomSMSSender: { LambdaVersion: 'V1_0' } }
  assert.deepEqual(toPascal(toCamel(wire)), wire)
})

test('undefined members are left out; dates, bytes and null stay', () => {
  const date = new Date(0)
  const bytes = new Uint8Array([1])
  assert.deepEqual(toCamel({ A: undefined, B: date, C: bytes, D: null, E: [undefined] }), {
    b: date,
    c: bytes,
    d: null,
    e: [undefined],
  })
  assert.equal(toCamel('Text'), 'Text')
})
