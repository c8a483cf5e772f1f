// Whether this runtime computes SRP's powers fast enough to serve, measured at a node's start.
// A sign-in takes three powers and needs no authentication to begin, so a runtime where a power
// takes a second (as `createDiffieHellman` does on Node.js 24) can be stopped by any caller. A node
// that cannot do better says so and ends, instead of being slow.
import { GENERATOR, MODULUS, modPow, numberOf } from './modular.js'
import type { Power } from './native-power.js'

const ROUNDS = 5
/** Native powers take a fourth to a sixth of BigInt's time; under half is taken for native. */
const RATIO_MAX = 0.5
const EXPONENT = Buffer.alloc(32, 0xb5)

/** The same power by BigInt, which is neither fast nor constant in time: for comparison only. */
export function powerByBigInt(base: bigint, exponent: Uint8Array): bigint {
  let power = 1n
  let square = base % MODULUS
  for (let rest = numberOf(exponent); rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) power = (power * square) % MODULUS
    square = (square * square) % MODULUS
  }
  return power
}

/**
 * Why SRP cannot be served on this runtime; undefined when it can. `cpuMs` reads the processor time
 * of this process, in milliseconds: a busy machine must not be taken for a slow one. Takes 20 ms.
 */
export function powerProblem(cpuMs: () => number, power: Power | undefined): string | undefined {
  if (power === undefined) return 'its OpenSSL does not compute powers modulo a given prime'
  const ratio = powerRatio(cpuMs, power)
  if (ratio <= RATIO_MAX) return undefined
  return `a power takes ${ratio.toFixed(2)} of the time of BigInt, and ${RATIO_MAX} is the most`
}

/** The time of a native power as a part of BigInt's, by the best of a few rounds of each. */
export function powerRatio(cpuMs: () => number, power?: Power): number {
  const base = MODULUS - GENERATOR ** 64n
  const native = leastMs(cpuMs, () => modPow(base, EXPONENT, power))
  return native / leastMs(cpuMs, () => powerByBigInt(base, EXPONENT))
}

function leastMs(cpuMs: () => number, act: () => void): number {
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round += 1) {
    const startMs = cpuMs()
    act()
    least = Math.min(least, cpuMs() - startMs)
  }
  return least
}
