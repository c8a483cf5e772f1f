import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { fixedBytes, MODULUS, modPow, numberOf, reduce, signedBytes } from './modular.js'
import { powerByBigInt } from './power-check.js'

test('native powers are those of BigInt', () => {
  for (let run = 0; run < 10; run += 1) {
    const base = reduce(numberOf(randomBytes(384)))
    const exponent = randomBytes(32)
    assert.equal(modPow(base, exponent), powerByBigInt(base, exponent))
  }
})

test('bases and exponents that OpenSSL refuses have powers too', () => {
  const exponents = [randomBytes(32), Buffer.of(1), Buffer.of(2), Buffer.of(0), Buffer.alloc(32)]
  for (const base of [0n, 1n, 2n, MODULUS - 2n, MODULUS - 1n]) {
    for (const exponent of exponents) {
      assert.equal(
        modPow(base, exponent),
        powerByBigInt(base, exponent),
        `${base} ^ ${exponent.length}`,
      )
    }
  }
})

test('a number outside of the subgroup that g makes is a base like any other', () => {
  // -1 is no square modulo N, so -(2^2) is none.
  const exponent = randomBytes(32)
  assert.equal(modPow(MODULUS - 4n, exponent), powerByBigInt(MODULUS - 4n, exponent))
})

test('a result with leading zero bytes is the same number', () => {
  assert.equal(modPow(2n, Buffer.of(9)), 512n)
})

test('an exponent with leading zero bytes is the same number', () => {
  assert.equal(modPow(3n, Buffer.of(0, 0, 5)), 243n)
})

test('a base that is not reduced is a bug of the caller', () => {
  assert.throws(() => modPow(MODULUS, Buffer.of(1)), { name: 'InvariantError' })
  assert.throws(() => modPow(-1n, Buffer.of(1)), { name: 'InvariantError' })
  assert.throws(() => modPow(2n, Buffer.alloc(0)), { name: 'InvariantError' })
  assert.throws(() => modPow(2n, Buffer.alloc(49)), { name: 'InvariantError' })
})

test('signed bytes carry a sign bit', () => {
  const cases: readonly (readonly [bigint, string])[] = [
    [0n, '00'],
    [1n, '01'],
    [0x7fn, '7f'],
    [0x80n, '0080'],
    [0xabcn, '0abc'],
    [0xabcdn, '00abcd'],
    [0x7bcdn, '7bcd'],
  ]
  for (const [value, hex] of cases) assert.equal(signedBytes(value).toString('hex'), hex)
})

test('fixed bytes have the length of N', () => {
  assert.equal(fixedBytes(1n).length, 384)
  assert.equal(numberOf(fixedBytes(MODULUS - 1n)), MODULUS - 1n)
})

test('a reduced number is never negative', () => {
  assert.equal(reduce(-1n), MODULUS - 1n)
  assert.equal(reduce(MODULUS), 0n)
})
