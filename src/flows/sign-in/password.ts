// The password steps: proving a password, by itself or by SRP, and what a right or wrong one
// means. A user who does not exist goes through the same work under a made-up verifier, so that
// neither the answer nor its time tells who exists (PreventUserExistenceErrors).

import { decoyUser } from '#domain/credential/decoy.js'
import { lockedUntilMs } from '#domain/credential/lockout.js'
import { aliasKindOf, normalName } from '#domain/user/aliases.js'
import type { Credential } from '#domain/user/user.js'
import type { PoolCipher } from '#flows/encryption/pool-cipher.js'
import type { OpenedFacts } from '#flows/users/user-records.js'
import type { Pool } from '#ports/capability.js'
import type { FailedAttempts } from '#ports/runtime.js'

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

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
  const decoy = decoyUser({
    secret: cipher.remember('decoy', () => cipher.hash('decoy', pool.id)),
    name: normalName(pool.settings, name),
    hasUuidName: answersByOtherName(pool, name),
  })
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

/** Whether a user who signs in by `name` has another user name, which the decoy then needs too. */
function answersByOtherName(pool: Pool, name: string): boolean {
  const kind = aliasKindOf(pool.settings, name)
  if (kind === 'email' || kind === 'phone_number') return true
  return pool.settings.usernameAttributes.length > 0 && !UUID.test(name)
}
