// Whether a password is a user's: by the verifier that the pool made of it, or by the hash that a
// user import brought in. A hash is replaced by a verifier as soon as its password is known.
//
// A hash takes the time that its own directory chose, which is not that of a verifier, nor of a
// name without a user. So whoever measures tries of a password can tell users with imported hashes
// from others, until they have signed in once. It cannot be hidden without making every wrong
// password as slow as the slowest hash (docs/decisions/0060).

import type { PoolWork } from '#app/unit-of-work.js'
import type { Clock } from '#base/clock.js'
import type { Random } from '#base/random.js'
import { migratedCredential } from '#domain/credential/new-credential.js'
import type { PasswordHash } from '#domain/credential/password-hash.js'
import { verifyPassword } from '#domain/credential/srp.js'
import { poolNameOf } from '#domain/pool/id.js'
import {
  type ImportedCredential,
  importedHashOf,
  type PasswordVerifier,
  type User,
} from '#domain/user/user.js'
import type { Pool, PrimaryPool } from '#ports/capability.js'
import type { PasswordHashes } from '#ports/password-hashes.js'

/** 'busy': too many hashes are being checked. */
export type PasswordVerdict = boolean | 'busy'

/** Whose password is tried, and what proves it. */
export interface CheckedUser {
  readonly username: string
  readonly credential: PasswordVerifier | ImportedCredential
}

/** Whether the password is the user's. */
export async function checkPassword(
  { passwordHashes }: { readonly passwordHashes: PasswordHashes },
  pool: Pool,
  { username, credential }: CheckedUser,
  password: string,
): Promise<PasswordVerdict> {
  if ('imported' in credential) {
    const verdict = await passwordHashes.verify(credential.imported, password)
    return verdict === 'busy' ? verdict : verdict === 'right'
  }
  const { salt, verifier } = credential
  const poolName = poolNameOf(pool.id)
  return verifyPassword({ poolName, userId: username, password, salt, verifier })
}

/** Replaces the hash by a verifier of its password, unless the user has another one by now. */
export async function replaceImported(
  deps: { readonly poolWork: PoolWork; readonly clock: Clock; readonly random: Random },
  pool: PrimaryPool,
  user: Pick<User, 'sub' | 'username'>,
  known: { readonly imported: PasswordHash; readonly password: string },
): Promise<void> {
  const { poolWork, clock, random } = deps
  const { imported, password } = known
  const credential = migratedCredential({ pool, user, password, salt: random.bytes(16) })
  await poolWork.run(pool, ({ users }) =>
    users.change(pool, user.sub, {
      nowMs: clock.nowMs(),
      decide: (_, held) =>
        importedHashOf(held)?.text === imported.text ? { credential } : undefined,
    }),
  )
}
