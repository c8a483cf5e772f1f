// Arithmetic in the group of SRP: the 3,072-bit safe prime N of RFC 3526 (group 15) and g = 2.
// Exponentiation is OpenSSL's, by a way of `native-power.ts`: four to six times as fast as BigInt,
// and in constant time. Its traps, each met by a test:
//
// - It refuses the bases 0, 1 and N-1, and a result of 1, with an error. Those have known powers,
//   which are returned here, so that no caller's number can raise an error.
// - It takes bases above N and reduces them itself; callers here have reduced them already.
// - It may pad results to 384 bytes. Numbers leave as bigint, so the padding is never hashed.
import { assert } from '#base/assert.js'
import { MODULUS_OCTETS, POWER, type Power } from './native-power.js'

/** Bytes of N, and so of every number below it. */
export const MODULUS_BYTES = 384

/** N. */
export const MODULUS = BigInt(`0x${MODULUS_OCTETS.toString('hex')}`)

/** g. */
export const GENERATOR = 2n

/** The number that big-endian bytes stand for. */
export function numberOf(bytes: Uint8Array): bigint {
  if (bytes.length === 0) return 0n
  const { buffer, byteOffset, byteLength } = bytes
  return BigInt(`0x${Buffer.from(buffer, byteOffset, byteLength).toString('hex')}`)
}

/** A number below N as 384 big-endian bytes. */
export function fixedBytes(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(MODULUS_BYTES * 2, '0'), 'hex')
}

/** `base^exponent mod N`. `base` is in [0, N); `exponent` is big-endian, at most 48 bytes. */
export function modPow(
  base: bigint,
  exponent: Uint8Array,
  power: Power | undefined = POWER,
): bigint {
  assert(power !== undefined, 'a node does not start without native powers')
  assert(base >= 0n && base < MODULUS, 'the base of a power is below N')
  assert(exponent.length > 0 && exponent.length <= 48, 'an exponent has 1 to 48 bytes')
  if (exponent.every((byte) => byte === 0)) return 1n
  if (base <= 1n) return base
  if (base === MODULUS - 1n) return ((exponent.at(-1) ?? 0) & 1) === 0 ? 1n : base
  return numberOf(power(fixedBytes(base), exponent))
}

/** `value mod N`, never negative. */
export function reduce(value: bigint): bigint {
  const rest = value % MODULUS
  return rest < 0n ? rest + MODULUS : rest
}

/**
 * A number that is not negative, in the shortest big-endian form of two's complement: a zero byte
 * goes first when the highest bit is set. Every hash of this protocol runs over this form (Java's
 * BigInteger.toByteArray), where RFC 5054 would pad to the length of N.
 */
export function signedBytes(value: bigint): Buffer {
  const hex = value.toString(16)
  const even = hex.length % 2 === 0 ? hex : `0${hex}`
  return Buffer.from(even >= '8' ? `00${even}` : even, 'hex')
}
