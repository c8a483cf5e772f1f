// The evaluation of a password at sign-in, whichever way it is proven: in the user's turn, against
// facts that no recorded failure has overtaken, and with the failure recorded before the turn ends.

import type { PasswordTurns } from '#app/accounts/password-turns.js'
import type { OpenedAuthRecord, OpenedClaim, UserRecords } from '#app/accounts/user-records.js'
import type { PoolCipher } from '#app/crypto/pool-cipher.js'
import type { Clock } from '#base/clock.js'
import { hidesUsers } from '#domain/credential/decoy.js'
import { refused } from '#domain/refusal.js'
import type { FailedAttempts } from '#ports/runtime.js'
import type { SignInOutcome } from './outcome.js'
import type { SignInParty } from './party.js'
import { type Claimant, claimantOf } from './password.js'

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
  { party, cipher }: { readonly party: SignInParty; readonly cipher: PoolCipher },
  read: ReadClaim,
  isRight: (claimant: Claimant) => boolean,
): Promise<{ readonly kind: 'proven'; readonly record: OpenedAuthRecord } | SignInOutcome> {
  const { passwordTurns, failedAttempts, clock } = services
  const { pool } = party
  const { name } = read
  const found = claimantOf({ pool, cipher, name, claim: read.claim, nowMs: clock.nowMs() })
  const attempted = { poolId: pool.id, sub: found.sub }
  const outcome = await passwordTurns.take(attempted, read.mark, async ({ isStale }) => {
    const claimant = isStale ? await readAgain(services, party, { cipher, name, found }) : found
    if (claimant.isLocked) return refused('locked-out')
    const { record } = claimant
    if (isRight(claimant) && record?.credential !== undefined) {
      return { kind: 'proven' as const, record }
    }
    if (claimant.record === undefined && !hidesUsers(party.client.settings)) {
      return refused('user-absent')
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
  { pool }: SignInParty,
  { cipher, name, found }: { cipher: PoolCipher; name: string; found: Claimant },
): Promise<Claimant> {
  const record = found.record && (await users.findAuthRecord(pool, found))
  const attempts = record ?? (await failedAttempts.state(pool, found.sub))
  const { failures, lastFailureAtMs } = attempts
  const claim = { record, failures, lastFailureAtMs }
  return claimantOf({ pool, cipher, name, claim, nowMs: clock.nowMs() })
}
