// Modular exponentiation in OpenSSL, which Node.js does not offer as such: `g^x mod N` is what
// makes a Diffie-Hellman public key of a private one. Both ways to it run in constant time for the
// exponent (DH_generate_key and DH_compute_key mark it BN_FLG_CONSTTIME), which BigInt does not.
//
// - By key: the import of a private key (PKCS #8) computes its public key, so a key with the base
//   for a generator brings the power. One exponentiation with OpenSSL 3.5 (Node.js 22, 24 and 26),
//   two with OpenSSL 3.0 (Node.js 20).
// - By object: `createDiffieHellman(N)` and `computeSecret`. One exponentiation on Node.js 20. On
//   22 it refuses bases outside of the subgroup that g makes; on 24 and 26 its constructor proves N
//   to be a prime, for more than a second.
//
// The version of OpenSSL says only which is tried first: a way counts if it gives the right power
// of a base that is no square, and a node measures it at its start. The RSA public operation
// without padding is as fast everywhere, but not in constant time, so no secret may go there.
import {
  createDiffieHellman,
  createPrivateKey,
  createPublicKey,
  getDiffieHellman,
} from 'node:crypto'

/** Big-endian octets of N, the 3,072-bit safe prime of RFC 3526 (group 15). */
export const MODULUS_OCTETS: Buffer = getDiffieHellman('modp15').getPrime()

/**
 * `base^exponent mod N` as big-endian octets. `base` is in [2, N-2]; `exponent` is not zero and has
 * at most 48 bytes.
 */
export type Power = (base: Uint8Array, exponent: Uint8Array) => Buffer

const SEQUENCE = 0x30
const INTEGER = 0x02
const OCTET_STRING = 0x04
/** dhKeyAgreement (PKCS #3), 1.2.840.113549.1.3.1. */
const DH_KEY_AGREEMENT = Buffer.from('06092a864886f70d010301', 'hex')
const VERSION = der(INTEGER, Buffer.of(0))
const MODULUS_DER = integer(MODULUS_OCTETS)

/** By the import of a private key. */
export const powerByKey: Power = (base, exponent) => {
  const parameters = der(SEQUENCE, MODULUS_DER, integer(base))
  const algorithm = der(SEQUENCE, DH_KEY_AGREEMENT, parameters)
  const secret = integer(exponent)
  const boxed = der(OCTET_STRING, secret)
  const key = der(SEQUENCE, VERSION, algorithm, boxed)
  try {
    const imported = createPrivateKey({ key, format: 'der', type: 'pkcs8' })
    return powerOf(createPublicKey(imported).export({ format: 'der', type: 'spki' }))
  } finally {
    for (const copy of [secret, boxed, key]) copy.fill(0)
  }
}

/**
 * By a Diffie-Hellman object, which keeps its private key: one is made for each power (3
 * microseconds) and dropped, so that no secret exponent outlives its use.
 */
export const powerByObject: Power = (base, exponent) => {
  const group = createDiffieHellman(MODULUS_OCTETS, 2)
  group.setPrivateKey(exponent)
  return group.computeSecret(base)
}

/**
 * The way that this runtime takes; undefined when none works, as with another library in the place
 * of OpenSSL or with a FIPS provider, which knows no group but its own.
 */
export const POWER: Power | undefined = waysOf(process.versions.openssl).find(isRight)

function waysOf(openssl: string | undefined): readonly Power[] {
  return openssl?.startsWith('3.0.') ? [powerByObject, powerByKey] : [powerByKey]
}

/** Whether a way gives (N-4)^3 = N-64. -4 is no square modulo N, since -1 is none. */
function isRight(power: Power): boolean {
  const below = (difference: number) => {
    const octets = Buffer.from(MODULUS_OCTETS)
    // N ends in 64 ones.
    octets[octets.length - 1] = 0xff - difference
    return octets
  }
  try {
    return power(below(4), Buffer.of(3)).equals(below(64))
  } catch {
    // Refused: not a way on this runtime.
    return false
  }
}

/** The public value y of a SubjectPublicKeyInfo: `SEQUENCE { algorithm, BIT STRING { y } }`. */
function powerOf(spki: Buffer): Buffer {
  const algorithm = element(spki, element(spki, 0).start)
  const bits = element(spki, algorithm.end)
  // The first octet of a BIT STRING counts the unused bits of its last one: none.
  const y = element(spki, bits.start + 1)
  // Without the zero octet that goes before a high bit.
  return spki.subarray(Math.max(y.start, y.end - MODULUS_OCTETS.length), y.end)
}

/** Where the content of the DER element at `at` starts and ends. */
function element(octets: Buffer, at: number): { readonly start: number; readonly end: number } {
  const first = octets.readUInt8(at + 1)
  const lengthOctets = first < 0x80 ? 0 : first - 0x80
  const start = at + 2 + lengthOctets
  const length = lengthOctets === 0 ? first : octets.readUIntBE(at + 2, lengthOctets)
  return { start, end: start + length }
}

function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const length = contents.reduce((sum, { byteLength }) => sum + byteLength, 0)
  const head = length < 0x80 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from(head), ...contents])
}

/** A number that is not negative, in the shortest form, as DER wants it. */
function integer(octets: Uint8Array): Buffer {
  const first = octets.findIndex((octet) => octet !== 0)
  const shortest = first < 0 ? Uint8Array.of(0) : octets.subarray(first)
  const sign = (shortest[0] ?? 0) < 0x80 ? [] : [Buffer.of(0)]
  return der(INTEGER, ...sign, shortest)
}
