// A user who does not exist, made up so that it cannot be told from one who does. The same name
// gives the same salt and ID each time, as a real user would. The verifier is a square in the group
// as g^x is, so the same powers are taken with it and no check of the group tells it from a real
// one; no password for it is known.
import { createHash } from 'node:crypto'
import { assert } from '#base/assert.js'
import type { ClientSettings } from '../client/settings.js'
import { fixedBytes, MODULUS_BYTES, numberOf, reduce } from './modular.js'

const SECRET_BYTES = 32
const SALT_BYTES = 16
const UUID_BYTES = 16

/** Whether the client's callers are kept from learning which users exist; LEGACY tells them. */
export function hidesUsers({
  preventUserExistenceErrors,
}: Pick<ClientSettings, 'preventUserExistenceErrors'>): boolean {
  return preventUserExistenceErrors === 'ENABLED'
}

/** The made-up parts. Salt and verifier are hexadecimal, as a Credential's. */
export interface Decoy {
  readonly sub: string
  readonly username: string
  readonly salt: string
  readonly verifier: string
}

/**
 * The `sub` alone, in a fraction of the time. A shorter output of SHAKE256 is the beginning of a
 * longer one (FIPS 202, section 6.3), so it is the sub of `decoyUser`.
 */
export function decoySub(options: { readonly secret: Uint8Array; readonly name: string }): string {
  return uuidOf(derive(options, UUID_BYTES))
}

/** `secret` is a key of the pool, 32 bytes; `name` the normalised name that was typed. */
export function decoyUser(options: {
  readonly secret: Uint8Array
  readonly name: string
  /** Whether users of the pool have a UUID for user name (UsernameAttributes). */
  readonly hasUuidName: boolean
}): Decoy {
  // One derivation for all parts keeps a decoy near the cost of a real user: 54 us against 21 to
  // 26 us for opening two fields of 1,000 bytes. What remains drowns in the exponentiation and the
  // read of the database, which both have; it is not equal.
  const bytes = derive(options, UUID_BYTES + SALT_BYTES + MODULUS_BYTES)
  const sub = uuidOf(Buffer.from(bytes.subarray(0, UUID_BYTES)))
  const salt = bytes.subarray(UUID_BYTES, UUID_BYTES + SALT_BYTES)
  const root = numberOf(bytes.subarray(UUID_BYTES + SALT_BYTES))
  return {
    sub,
    username: options.hasUuidName ? sub : options.name,
    salt: salt.toString('hex'),
    verifier: fixedBytes(reduce(root * root)).toString('hex'),
  }
}

/**
 * SHA-3's sponge needs no HMAC around it: a key of fixed length in front makes it a keyed function
 * (FIPS 202, appendix A.2).
 */
function derive(
  { secret, name }: { readonly secret: Uint8Array; readonly name: string },
  outputLength: number,
): Buffer {
  assert(secret.length === SECRET_BYTES, 'the secret of decoys has 32 bytes')
  return createHash('shake256', { outputLength }).update(secret).update(name, 'utf8').digest()
}

/** A UUID of version 4, as `sub` is, of 16 bytes. */
function uuidOf(id: Buffer): string {
  id[6] = ((id[6] ?? 0) & 0x0f) | 0x40
  id[8] = ((id[8] ?? 0) & 0x3f) | 0x80
  const hex = id.toString('hex')
  const ends = [8, 12, 16, 20, 32]
  return ends.map((end, at) => hex.slice(ends[at - 1] ?? 0, end)).join('-')
}
