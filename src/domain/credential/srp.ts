// SRP-6a as Cognito's clients speak it: a user proves the password without sending it, and what
// the server keeps (the verifier) is no password. SHA-256, the 3,072-bit group, and numbers hashed
// in two's complement; the reference is AuthenticationHelper of amazon-cognito-identity-js, against
// which the tests run. RFC 2945 and RFC 5054 are the protocol's own texts.
//
//   x = H(salt | H(poolName userId ":" password))     v = g^x
//   B = k*v + g^b        k = H(N | g)                 u = H(A | B)
//   S = (A * v^u)^b                                   key = HKDF(S, salt u)[0..16)
//
// What must stay true: A is no multiple of N, or S would be known without the password; b is fresh
// for each B; and nothing here throws on a number that a caller chose.
import { createHash, createHmac } from 'node:crypto'
import { assert } from '#base/assert.js'
import { equalBytes, utf8 } from '#base/bytes.js'
import { fixedBytes, GENERATOR, MODULUS, modPow, numberOf, reduce, signedBytes } from './modular.js'

const KEY_BYTES = 16
/** HKDF's info and the number of its first block (RFC 5869, section 2.3). */
const KEY_INFO = utf8('Caldera Derived Key\x01')
const PRIVATE_B_BYTES = 32
/** 768 digits of N and the two zeros that two's complement may put before them. */
const PUBLIC_A_DIGITS_MAX = 770

const K = numberOf(sha256(signedBytes(MODULUS), signedBytes(GENERATOR)))

/** What a password is bound to. `poolName` is the pool's ID without the Region. */
export interface SrpIdentity {
  readonly poolName: string
  /** USER_ID_FOR_SRP: the user name, not the alias that was typed. */
  readonly userId: string
}

/** Makes the verifier of a password. `salt` is 16 random bytes. One exponentiation. */
export function createVerifier(
  options: SrpIdentity & { readonly password: string; readonly salt: Uint8Array },
): { readonly salt: string; readonly verifier: string } {
  const { buffer, byteOffset, byteLength } = options.salt
  const salt = Buffer.from(buffer, byteOffset, byteLength).toString('hex')
  return { salt, verifier: hexOf(verifierNumber(options, salt)) }
}

/** Whether `password` is the one that the verifier was made of. One exponentiation. */
export function verifyPassword(
  options: SrpIdentity & {
    readonly password: string
    /** Hexadecimal, as createVerifier made them. */
    readonly salt: string
    readonly verifier: string
  },
): boolean {
  const made = fixedBytes(verifierNumber(options, options.salt))
  return equalBytes(made, fixedBytes(reduce(BigInt(`0x${options.verifier}`))))
}

/**
 * Whether a client's A is acceptable: hexadecimal, positive and below N. A multiple of N would
 * make S zero whatever the password is.
 */
export function isValidPublicA(publicA: string): boolean {
  if (publicA.length > PUBLIC_A_DIGITS_MAX || !/^[0-9a-f]+$/i.test(publicA)) return false
  const value = BigInt(`0x${publicA}`)
  return value > 0n && value < MODULUS
}

/** The server's public value for one sign-in. `privateB` is 32 random bytes, used once. */
export function startSrp(options: { readonly verifier: string; readonly privateB: Uint8Array }): {
  readonly publicB: string
} {
  assert(options.privateB.length === PRIVATE_B_BYTES, 'the private value has 32 bytes')
  const power = modPow(GENERATOR, options.privateB)
  const publicB = reduce(K * BigInt(`0x${options.verifier}`) + power)
  // One chance in 2^3072; clients refuse a B of zero.
  assert(publicB !== 0n, 'B is not zero')
  return { publicB: hexOf(publicB) }
}

/**
 * The session key, which the client has too if it knew the password. Two exponentiations. `publicA`
 * has passed isValidPublicA, `publicB` came of `privateB` and `verifier`.
 */
export function finishSrp(options: {
  readonly publicA: string
  readonly publicB: string
  readonly privateB: Uint8Array
  readonly verifier: string
}): Uint8Array {
  const { publicA, publicB, privateB } = options
  assert(isValidPublicA(publicA), 'A was checked before it is used')
  const a = BigInt(`0x${publicA}`)
  const scramble = sha256(signedBytes(a), signedBytes(BigInt(`0x${publicB}`)))
  const verifier = reduce(BigInt(`0x${options.verifier}`))
  const base = reduce(a * modPow(verifier, scramble))
  const secret = signedBytes(modPow(base, privateB))
  // HKDF for one block is two HMACs, which cost half of what `hkdfSync` does.
  const extracted = hmac(signedBytes(numberOf(scramble)), secret)
  return hmac(extracted, KEY_INFO).subarray(0, KEY_BYTES)
}

/** PASSWORD_CLAIM_SIGNATURE: the proof of the key, in base64. */
export function srpClaimSignature(
  options: SrpIdentity & {
    readonly key: Uint8Array
    /** SECRET_BLOCK, decoded. */
    readonly secretBlock: Uint8Array
    /** As the client wrote it, in the form of srp-timestamp.ts. */
    readonly timestamp: string
  },
): string {
  return createHmac('sha256', options.key)
    .update(options.poolName, 'utf8')
    .update(options.userId, 'utf8')
    .update(options.secretBlock)
    .update(options.timestamp, 'utf8')
    .digest('base64')
}

function verifierNumber(
  { poolName, userId, password }: SrpIdentity & { readonly password: string },
  salt: string,
): bigint {
  const identity = sha256(utf8(`${poolName}${userId}:${password}`))
  return modPow(GENERATOR, sha256(signedBytes(BigInt(`0x${salt}`)), identity))
}

function hmac(key: Uint8Array, message: Uint8Array): Buffer {
  return createHmac('sha256', key).update(message).digest()
}

function sha256(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** Hexadecimal with an even number of digits. */
function hexOf(value: bigint): string {
  const hex = value.toString(16)
  return hex.length % 2 === 0 ? hex : `0${hex}`
}
