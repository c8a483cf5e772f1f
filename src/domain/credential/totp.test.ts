import assert from 'node:assert/strict'
import { test } from 'node:test'
import { totpSecret, totpStep } from './totp.js'

/** RFC 6238, appendix B, for SHA-1; the last six digits of its eight. */
const VECTORS = [
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
] as const
const SECRET = totpSecret(Buffer.from('12345678901234567890'))

test('codes are those of RFC 6238', () => {
  for (const [seconds, code] of VECTORS) {
    assert.equal(totpStep(SECRET, code, seconds * 1000), Math.floor(seconds / 30))
    assert.equal(
      totpStep(totpSecret(Buffer.from('12345678901234567891')), code, seconds * 1000),
      undefined,
    )
  }
})

test('a code is good one step early and one step late, and names its own step', () => {
  const [seconds, code] = VECTORS[3]
  const step = Math.floor(seconds / 30)
  for (const late of [-1, 0, 1]) {
    assert.equal(totpStep(SECRET, code, (step + late) * 30_000), step)
  }
  for (const late of [-2, 2]) {
    assert.equal(totpStep(SECRET, code, (step + late) * 30_000), undefined)
  }
})

test('other texts are no codes', () => {
  for (const text of ['', '28708', '2870822', ' 87082', '28708a', '２８７０８２']) {
    assert.equal(totpStep(SECRET, text, 59_000), undefined)
  }
})

test('a secret is base32 without padding', () => {
  assert.equal(SECRET, 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ')
  assert.match(totpSecret(new Uint8Array(32)), /^[A-Z2-7]{52}$/)
})
