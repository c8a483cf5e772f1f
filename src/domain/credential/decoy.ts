// A user who does not exist, made up so that it cannot be told from one who does. The same name
// gives the same salt and ID each time, as a real user would. The verifier is a square in the group
// as g^x is, so the same powers are taken with it and no check of the group tells it from a real
// one; nobody knows a password for it.
import { hkdfSync } from 'node:crypto'
import { fixedBytes, MODULUS_BYTES, numberOf, reduce } from './modular.js'

const SALT_BYTES = 16
const UUID_BYTES = 16

/** The made-up parts. Salt and verifier are hexadecimal, as a Credential's. */
export interface Decoy {
  readonly sub: string
  readonly username: string
  readonly salt: string
  readonly verifier: string
}

/** `secret` is a key of the pool; `name` the normalised name somebody typed. */
export function decoyUser(options: {
  readonly secret: Uint8Array
  readonly name: string
  /** Whether users of the pool have a UUID for user name (UsernameAttributes). */
  readonly hasUuidName: boolean
}): Decoy {
  // One derivation for all parts: a decoy must not cost noticeably more than opening a user.
  const length = UUID_BYTES + SALT_BYTES + MODULUS_BYTES
  const bytes = Buffer.from(hkdfSync('sha256', options.secret, options.name, 'decoy user', length))
  const sub = uuidOf(bytes.subarray(0, UUID_BYTES))
  const salt = bytes.subarray(UUID_BYTES, UUID_BYTES + SALT_BYTES)
  const root = numberOf(bytes.subarray(UUID_BYTES + SALT_BYTES))
  return {
    sub,
    username: options.hasUuidName ? sub : options.name,
    salt: salt.toString('hex'),
    verifier: fixedBytes(reduce(root * root)).toString('hex'),
  }
}

/** A UUID of version 4, as `sub` is, of 16 bytes. */
function uuidOf(id: Buffer): string {
  id[6] = ((id[6] ?? 0) & 0x0f) | 0x40
  id[8] = ((id[8] ?? 0) & 0x3f) | 0x80
  const hex = id.toString('hex')
  const ends = [8, 12, 16, 20, 32]
  return ends.map((end, at) => hex.slice(ends[at - 1] ?? 0, end)).join('-')
}
