import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backoffMs } from './backoff.js'

test('waits double up to their limit, and never beyond it', () => {
  const waits = [0, 1, 2, 3, 4, 1000, 1e9].map((tries) =>
    backoffMs({ firstMs: 10, maxMs: 100 }, tries),
  )
  assert.deepEqual(waits, [10, 20, 40, 80, 100, 100, 100])
})

test('a first wait above the limit is the limit', () => {
  assert.equal(backoffMs({ firstMs: 200, maxMs: 100 }, 0), 100)
})
