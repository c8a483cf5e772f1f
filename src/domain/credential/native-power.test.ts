import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { fixedBytes, MODULUS, numberOf, reduce } from './modular.js'
import { MODULUS_OCTETS, POWER, powerByKey, powerByObject } from './native-power.js'
import { powerByBigInt, powerProblem, powerRatio } from './power-check.js'

const cpuMs = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

test('a key with the base for a generator brings the powers of BigInt', () => {
  const exponents = [1, 2, 20, 32, 48].map((length) => randomBytes(length))
  exponents.push(Buffer.of(1), Buffer.of(0x80), Buffer.of(0, 0, 5), Buffer.alloc(48, 0xff))
  const small = [2n, 3n, 0x7fn, 0x80n, 0xffn, 2n ** 64n]
  const bases = [...small, ...small.map((base) => MODULUS - base), MODULUS / 2n, MODULUS / 2n + 1n]
  // Leading zero octets of a base, and of a power.
  bases.push(numberOf(randomBytes(380)), reduce(numberOf(randomBytes(384))))
  let count = 0
  for (const base of bases) {
    for (const exponent of exponents.filter((octets) => numberOf(octets) > 0n)) {
      const power = numberOf(powerByKey(fixedBytes(base), exponent))
      assert.equal(power, powerByBigInt(base, exponent), `${base} ^ ${exponent.toString('hex')}`)
      count += 1
    }
  }
  assert.ok(count > 120, `${count} powers were compared`)
})

test('the octets that were given are left as they are', () => {
  const base = fixedBytes(5n)
  const exponent = Buffer.of(0, 3)
  powerByKey(base, exponent)
  assert.deepEqual([base.at(-1), exponent], [5, Buffer.of(0, 3)])
  assert.equal(numberOf(MODULUS_OCTETS), MODULUS)
})

test('this runtime takes a way of the two, and at a fraction of the time of BigInt', (t) => {
  assert.ok(POWER === powerByKey || POWER === powerByObject)
  const ratio = powerRatio(cpuMs)
  t.diagnostic(`a native power takes ${ratio.toFixed(2)} of the time of BigInt`)
  // Measured on Node.js 20, 22, 24 and 26: 0.16, 0.17, 0.17 and 0.22.
  assert.ok(ratio < 0.4, `a native power takes ${ratio.toFixed(2)} of the time of BigInt`)
})

test('a runtime with native powers may serve', () => {
  assert.equal(powerProblem(cpuMs, POWER), undefined)
})

/** A clock by which each native power takes so long, and each of BigInt 10 ms. */
function clockBy(nativeMs: number) {
  let now = 0
  let reads = 0
  return () => {
    reads += 1
    // Two reads for each power; five native ones come first.
    if (reads % 2 === 0) now += reads <= 10 ? nativeMs : 10
    return now
  }
}

test('a runtime whose powers are slow may not, and the reason is said', () => {
  assert.equal(powerProblem(clockBy(5), powerByKey), undefined)
  const slow = 'a power takes 0.60 of the time of BigInt, and 0.5 is the most'
  assert.equal(powerProblem(clockBy(6), powerByKey), slow)
  const stuck = 'a power takes 123.80 of the time of BigInt, and 0.5 is the most'
  assert.equal(powerProblem(clockBy(1238), powerByKey), stuck)
})

test('a runtime without native powers may not either', () => {
  const problem = 'its OpenSSL does not compute powers modulo a given prime'
  assert.equal(powerProblem(cpuMs, undefined), problem)
})
