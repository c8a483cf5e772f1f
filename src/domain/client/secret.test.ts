import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Random } from '#base/random.js'
import { newSecretId, randomSecret } from './secret.js'

test('the ID of a secret is later than those of the others', () => {
  assert.equal(newSecretId('c1', 1_000, []), 'c1--1000')
  const others = [{ secretId: 'c1--1000' }]
  assert.equal(newSecretId('c1', 1_000, others), 'c1--1001')
  assert.equal(newSecretId('c1', 2_000, others), 'c1--2000')
})

test('a secret has 52 lower-case letters and digits', () => {
  const asked: unknown[] = []
  const text: Random['text'] = (...parts) => {
    asked.push(parts)
    return 'secret'
  }
  assert.equal(randomSecret({ text } as Random), 'secret')
  assert.deepEqual(asked, [[52, 'abcdefghijklmnopqrstuvwxyz0123456789']])
})
