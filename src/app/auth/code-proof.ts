// The evaluation of a code: the session's attempt is counted before the proof is looked at, in the
// user's turn, and a wrong one counts as a wrong password does, since the two protect the same
// thing. Only a sign-in that is complete makes failures count no more (engine.ts): a thief who has
// the password could otherwise guess codes without end.

import type { OpenedAuthRecord } from '#app/accounts/user-records.js'
import { lockedUntilMs } from '#domain/credential/lockout.js'
import { type Refused, refused } from '#domain/refusal.js'
import type { AuthStep } from './challenge.js'
import type { AuthSession } from './session.js'

/** Codes that may be typed in one session. */
export const CODE_ATTEMPTS_MAX = 5

/** What a proof is: right, wrong in a way that counts, or refused for another reason. */
export type ProofOutcome =
  | { readonly kind: 'right' }
  | { readonly kind: 'wrong'; readonly refusal: Refused }
  | Refused

/**
 * The user whose proof was right, or why not. `judge` is asked for a name without a user, too,
 * where the session is a decoy's; nothing is right then.
 */
export async function proveCode(
  { services, context: { pool } }: AuthStep,
  session: AuthSession,
  judge: (record: OpenedAuthRecord | undefined) => Promise<ProofOutcome>,
  attemptsMax = CODE_ATTEMPTS_MAX,
): Promise<OpenedAuthRecord | Refused> {
  const { users, passwordTurns, failedAttempts, clock } = services
  const { sub } = session
  const attempted = { poolId: pool.id, sub }
  const mark = passwordTurns.mark()
  const claim = await users.takeSession(pool, session, attemptsMax)
  if (claim === 'again') return refused('session-used')
  const { record } = claim
  const outcome = await passwordTurns.take(attempted, mark, async ({ isStale }) => {
    const attempts = isStale ? await failedAttempts.state(pool, sub) : claim
    if (lockedUntilMs(attempts) > clock.nowMs()) return refused('locked-out')
    const proof = await judge(record)
    if (proof.kind === 'right') return record ?? refused('invalid-session')
    if (proof.kind === 'refused') return proof
    try {
      await failedAttempts.addFailure(pool, sub, clock.nowMs())
    } finally {
      passwordTurns.failed(attempted)
    }
    return proof.refusal
  })
  if (outcome === 'too-many') return refused('too-many-attempts')
  if (!('kind' in outcome) && !outcome.user.isEnabled) return refused('user-disabled')
  return outcome
}
