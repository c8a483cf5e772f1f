// Not part of any suite: runner.test.ts runs it to see what the runner makes of it.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'

test('passes', () => {})

test('fails', () => {
  assert.equal(1, 2)
})

test('has a failing part', async (t) => {
  await t.test('the part', () => {
    assert.fail('planted')
  })
})

// Only a planted file may skip; real ones need leave.
test('is left out', { skip: true }, () => {})

describe('whose hook fails', () => {
  before(() => assert.fail('planted'))
  test('never runs', () => {})
})
