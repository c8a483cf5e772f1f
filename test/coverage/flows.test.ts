// Every operation has its case in the tests of failures and of many callers, so that a new one is
// tried like the others.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { implementedOperations } from '#api/cognito/registry.js'
import { CASES } from '../anomaly/cases.js'

test('every operation has a case, and every case an operation', () => {
  const operations = Object.keys(implementedOperations).sort()
  assert.ok(operations.length > 60, `saw ${operations.length} operations`)
  assert.deepEqual(Object.keys(CASES).sort(), operations)
})

/** Operations that change nothing by their name; some of them run on the primary only. */
const READS =
  /^(?:Admin)?(?:List|Get\w*(?:Configuration|Header|AuthFactors)$)|^Describe|^Start\w*Registration$/

test('what can write the directory or this Region is no read', () => {
  const reads = Object.values(implementedOperations).filter(({ name }) => CASES[name] === 'reads')
  assert.ok(reads.length > 10, `saw ${reads.length} reads`)
  for (const { name, region } of reads) {
    const isRead =
      READS.test(name) ||
      name === 'GetClientToken' ||
      (region !== 'primary' && region !== 'regional')
    assert.ok(isRead, `${name} gets a pool that it could write`)
  }
})
