// The evaluation of a password at sign-in, whichever way it is proven: in the user's turn, against
// a record that no failure has made stale, and with the failure recorded before the turn ends.

import type { PasswordVerdict } from '#app/accounts/password-check.js'
import type { PasswordTurns } from '#app/accounts/password-turns.js'
import type { OpenedClaim, UserRecords } from '#app/accounts/user-records.js'
import type { PoolCipher } from '#app/crypto/pool-cipher.js'
import type { Clock } from '#base/clock.js'
import { hidesUsers } from '#domain/credential/decoy.js'
import { type Refused, refused } from '#domain/refusal.js'
import type { FailedAttempts } from '#ports/runtime.js'
import type { AuthContext, ChallengePassed } from './challenge.js'
import { type AuthSubject, resolveSubject } from './subject.js'

export interface ProofServices {
  readonly users: UserRecords
  readonly passwordTurns: PasswordTurns
  readonly failedAttempts: FailedAttempts
  readonly clock: Clock
}

/** What was read for a name, and the mark of PasswordTurns from before it was read. */
export interface ReadClaim {
  readonly name: string
  readonly claim: OpenedClaim
  readonly mark: number
}

/** The user who has proven the password, or why not. */
export async function proveUser(
  services: ProofServices,
  { context, cipher }: { readonly context: AuthContext; readonly cipher: PoolCipher },
  read: ReadClaim,
  isRight: (subject: AuthSubject) => PasswordVerdict | Promise<PasswordVerdict>,
): Promise<ChallengePassed | Refused> {
  const { passwordTurns, failedAttempts, clock } = services
  const { pool } = context
  const { name } = read
  const found = resolveSubject({ pool, cipher, name, claim: read.claim, nowMs: clock.nowMs() })
  context.watch?.about(found)
  const attempted = { poolId: pool.id, sub: found.sub }
  const outcome = await passwordTurns.take(attempted, read.mark, async ({ isStale }) => {
    const subject = isStale ? await readAgain(services, context, { cipher, name, found }) : found
    if (subject.isLocked) return refused('locked-out')
    const { record } = subject
    const verdict = await isRight(subject)
    // Nothing was looked at, so nothing failed.
    if (verdict === 'busy') return refused('too-many-attempts')
    if (verdict && record?.credential !== undefined) {
      return { kind: 'passed' as const, record, factors: ['password' as const] }
    }
    if (subject.record === undefined && !hidesUsers(context.client.settings)) {
      return refused('user-absent')
    }
    // Who was imported without a password has none to be right or wrong.
    const isImported = record?.credential === undefined && record?.user.status === 'RESET_REQUIRED'
    if (isImported && !hidesUsers(context.client.settings)) {
      return refused('password-reset-required')
    }
    try {
      await failedAttempts.addFailure(pool, found.sub, clock.nowMs())
    } finally {
      passwordTurns.failed(attempted)
    }
    return refused('incorrect-credentials')
  })
  return outcome === 'too-many' ? refused('too-many-attempts') : outcome
}

/** One statement for a user and for a decoy, as at first. */
async function readAgain(
  { users, failedAttempts, clock }: ProofServices,
  { pool }: AuthContext,
  { cipher, name, found }: { cipher: PoolCipher; name: string; found: AuthSubject },
): Promise<AuthSubject> {
  const record = found.record && (await users.findAuthRecord(pool, found))
  const attempts = record ?? (await failedAttempts.state(pool, found.sub))
  const { failures, lastFailureAtMs } = attempts
  const claim = { record, failures, lastFailureAtMs }
  return resolveSubject({ pool, cipher, name, claim, nowMs: clock.nowMs() })
}
