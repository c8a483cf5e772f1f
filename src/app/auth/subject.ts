// The password steps: proving a password, by itself or by SRP, and what a right or wrong one
// means. A user who does not exist goes through the same work under a made-up verifier, so that
// neither the response nor its time tells who exists (PreventUserExistenceErrors).

import { decoyFor } from '#app/accounts/names.js'
import type { OpenedAuthRecord, OpenedClaim } from '#app/accounts/user-records.js'
import type { PoolCipher } from '#app/crypto/pool-cipher.js'
import { lockedUntilMs } from '#domain/credential/lockout.js'
import { type Credential, verifierOf } from '#domain/user/user.js'
import type { Pool } from '#ports/capability.js'

/** Whom a typed-in name means: a user with a password, or a decoy that cannot be told apart. */
export interface AuthSubject {
  readonly record: OpenedAuthRecord | undefined
  readonly sub: string
  readonly username: string
  readonly verifier: Pick<Credential, 'salt' | 'verifier'>
  readonly isLocked: boolean
}

/** `claim` is what was found for the name. */
export function resolveSubject(options: {
  pool: Pool
  cipher: PoolCipher
  name: string
  claim: OpenedClaim
  nowMs: number
}): AuthSubject {
  const { pool, cipher, name, claim, nowMs } = options
  const { record } = claim
  // Guesses at a user who does not exist lock too, or the lock would tell who exists.
  const isLocked = lockedUntilMs(claim) > nowMs
  const verifier = verifierOf(record?.credential)
  if (record !== undefined && verifier !== undefined) {
    const { sub, username } = record.user
    return { record, sub, username, verifier, isLocked }
  }
  const decoy = decoyFor(pool, cipher, name)
  return {
    record,
    sub: record?.user.sub ?? decoy.sub,
    username: record?.user.username ?? decoy.username,
    verifier: decoy,
    isLocked,
  }
}
