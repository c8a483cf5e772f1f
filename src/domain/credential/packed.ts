// A credential as bytes, which is how it is sealed. Users are many and each sign-in reads one, so
// the form is as small as the numbers in it:
//
//   temporary until (8, milliseconds, 0 for a lasting password) | salt (16) | verifier (384) | ...
//
// with a salt and a verifier for each earlier password, the newest first. A hash that was imported
// has a time that is none (-1), and then its algorithm and its text with a space between.
import { assert } from '#base/assert.js'
import type { PasswordVerifier, UserCredential } from '../user/user.js'
import { MODULUS_BYTES } from './modular.js'
import { HASH_ALGORITHMS, type PasswordHash } from './password-hash.js'

const TIME_BYTES = 8
const IMPORTED = -1
const SALT_BYTES = 16
const PASSWORD_BYTES = SALT_BYTES + MODULUS_BYTES

/** The credential as bytes. Salts have 16 bytes, verifiers are below the group's modulus. */
export function packCredential(credential: UserCredential): Uint8Array {
  if ('imported' in credential) return packImported(credential.imported)
  const passwords: readonly PasswordVerifier[] = [credential, ...credential.history]
  const bytes = Buffer.alloc(TIME_BYTES + passwords.length * PASSWORD_BYTES)
  bytes.writeDoubleBE(credential.temporaryUntilMs ?? 0, 0)
  passwords.forEach(({ salt, verifier }, at) => {
    assert(salt.length === 2 * SALT_BYTES, 'a salt has 16 bytes')
    assert(verifier.length <= 2 * MODULUS_BYTES, 'a verifier is below the modulus')
    const start = TIME_BYTES + at * PASSWORD_BYTES
    bytes.write(salt + verifier.padStart(2 * MODULUS_BYTES, '0'), start, 'hex')
  })
  return bytes
}

/** The credential that packCredential made into these bytes. */
export function unpackCredential(bytes: Uint8Array): UserCredential {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  assert(view.length > TIME_BYTES, 'a packed credential begins with a time')
  if (view.readDoubleBE(0) === IMPORTED) return { imported: unpackImported(view) }
  const count = (bytes.length - TIME_BYTES) / PASSWORD_BYTES
  assert(Number.isInteger(count) && count >= 1, 'a packed credential holds whole passwords')
  const passwordAt = (at: number): PasswordVerifier => {
    const start = TIME_BYTES + at * PASSWORD_BYTES
    return {
      salt: view.toString('hex', start, start + SALT_BYTES),
      verifier: view.toString('hex', start + SALT_BYTES, start + PASSWORD_BYTES),
    }
  }
  const temporaryUntilMs = view.readDoubleBE(0)
  return {
    ...passwordAt(0),
    ...(temporaryUntilMs !== 0 && { temporaryUntilMs }),
    history: Array.from({ length: count - 1 }, (_, at) => passwordAt(at + 1)),
  }
}

function packImported({ algorithm, text }: PasswordHash): Uint8Array {
  const time = Buffer.alloc(TIME_BYTES)
  time.writeDoubleBE(IMPORTED, 0)
  return Buffer.concat([time, Buffer.from(`${algorithm} ${text}`, 'utf8')])
}

function unpackImported(bytes: Buffer): PasswordHash {
  const [name, text] = bytes.toString('utf8', TIME_BYTES).split(' ', 2)
  const algorithm = HASH_ALGORITHMS.find((known) => known === name)
  assert(algorithm !== undefined && text !== undefined, 'an imported hash names its algorithm')
  return { algorithm, text }
}
