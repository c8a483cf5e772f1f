import assert from 'node:assert/strict'
import { test } from 'node:test'
import { differingBuckets } from './verification.js'

test('buckets differ by rows, by sum, and when one side has none', () => {
  const ours = [
    [0, 2, '10'],
    [1, 1, '-5'],
    [2, 1, '7'],
  ] as const
  assert.deepEqual(differingBuckets(ours, ours), [])
  assert.deepEqual(differingBuckets(ours, []), [0, 1, 2])
  assert.deepEqual(differingBuckets([], ours), [0, 1, 2])
  assert.deepEqual(
    differingBuckets(ours, [
      [0, 2, '10'],
      [1, 2, '-5'],
      [2, 1, '8'],
      [3, 1, '1'],
    ]),
    [1, 2, 3],
  )
})

test('a bucket that stands twice is no digest', () => {
  const twice = [
    [0, 1, '1'],
    [0, 1, '1'],
  ] as const
  assert.throws(() => differingBuckets(twice, []), /stands once/)
})
