// A user who does not exist, made up so that it cannot be told from one who does. The same name
// gives the same salt and ID each time, as a real user would; the verifier is as random as a real
// one and is never matched by any password.
import { createHmac } from 'node:crypto'

const VERIFIER_BYTES = 384

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
  const derive = (label: string) =>
    createHmac('sha256', options.secret).update(`${label}\0${options.name}`, 'utf8').digest()
  const id = derive('sub')
  id[6] = ((id[6] ?? 0) & 0x0f) | 0x40
  id[8] = ((id[8] ?? 0) & 0x3f) | 0x80
  const hex = id.toString('hex')
  const sub = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`
  const parts: Buffer[] = []
  for (let block = 0; block * 32 < VERIFIER_BYTES; block += 1) parts.push(derive(`verifier${block}`))
  const verifier = Buffer.concat(parts)
  // Below N, whose first 64 bits are ones: a real verifier is a residue too.
  verifier[0] = (verifier[0] ?? 0) & 0x7f
  return {
    sub,
    username: options.hasUuidName ? sub : options.name,
    salt: derive('salt').subarray(0, 16).toString('hex'),
    verifier: verifier.toString('hex'),
  }
}
