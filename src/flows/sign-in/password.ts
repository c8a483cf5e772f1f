// The password steps: proving a password, by itself or by SRP, and what a right or wrong one
// means. A user who does not exist goes through the same work under a made-up verifier, so that
// neither the answer nor its time tells who exists (PreventUserExistenceErrors).

import { lockedUntilMs } from '#domain/credential/lockout.js'
import type { Credential } from '#domain/user/user.js'
import type { PoolCipher } from '#flows/encryption/pool-cipher.js'
import { decoyFor } from '#flows/users/decoys.js'
import type { OpenedFacts } from '#flows/users/user-records.js'
import type { Pool } from '#ports/capability.js'
import type { FailedAttempts } from '#ports/runtime.js'

/** Whom a typed-in name means: a user with a password, or a decoy that cannot be told apart. */
export interface Claimant {
  readonly facts: OpenedFacts | undefined
  readonly sub: string
  readonly username: string
  readonly verifier: Pick<Credential, 'salt' | 'verifier'>
  readonly isLocked: boolean
}

/** `facts` are what was found for the name. */
export async function claimantOf(options: {
  pool: Pool
  cipher: PoolCipher
  failedAttempts: FailedAttempts
  name: string
  facts: OpenedFacts | undefined
  nowMs: number
}): Promise<Claimant> {
  const { pool, cipher, failedAttempts, name, facts, nowMs } = options
  if (facts?.credential !== undefined) {
    const { failures, lastFailureAtMs } = facts
    return {
      facts,
      sub: facts.user.sub,
      username: facts.user.username,
      verifier: facts.credential,
      isLocked: lockedUntilMs({ failures, lastFailureAtMs }) > nowMs,
    }
  }
  const decoy = decoyFor(pool, cipher, name)
  // Guesses at a user who does not exist lock too, or the lock would tell who exists.
  const counted = await failedAttempts.facts(pool, facts?.user.sub ?? decoy.sub)
  return {
    facts,
    sub: facts?.user.sub ?? decoy.sub,
    username: facts?.user.username ?? decoy.username,
    verifier: decoy,
    isLocked: lockedUntilMs(counted) > nowMs,
  }
}
