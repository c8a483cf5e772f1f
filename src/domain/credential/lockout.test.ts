import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FAILURES_KEPT_MS, lockedUntilMs } from './lockout.js'

const lastFailureAtMs = 1_000_000
const waitMs = (failures: number) => lockedUntilMs({ failures, lastFailureAtMs }) - lastFailureAtMs

test('four failures are free', () => {
  for (const failures of [0, 1, 4]) {
    assert.equal(lockedUntilMs({ failures, lastFailureAtMs }), 0, String(failures))
  }
})

test('the fifth failure locks for a second, and each further one doubles that', () => {
  assert.deepEqual(
    [5, 6, 7, 8, 9, 10, 14].map(waitMs),
    [1, 2, 4, 8, 16, 32, 512].map((s) => s * 1e3),
  )
})

test('the wait stops growing at fifteen minutes', () => {
  for (const failures of [15, 16, 30, 1_000, 1e9]) assert.equal(waitMs(failures), 900_000)
  // Nobody is locked longer than failures are kept, so forgetting them never cuts a lock short.
  assert.ok(waitMs(1e9) <= FAILURES_KEPT_MS)
})

test('failures without a time do not lock', () => {
  assert.equal(lockedUntilMs({ failures: 9, lastFailureAtMs: undefined }), 0)
})
