// Lockout after failed password attempts. After five failures each further one doubles the wait,
// from one second up to about fifteen minutes.
// Cognito: developer guide, "Lockout behavior for failed sign-in attempts", 2026.
import { type Backoff, backoffMs } from '#base/backoff.js'

const FREE_FAILURES = 5
const WAIT: Backoff = { firstMs: 1_000, maxMs: 15 * 60_000 }

/** Failures count for this long after the last one. */
export const FAILURES_KEPT_MS = 15 * 60_000

/** The moment until which a user may not try; 0 when the user may try now. */
export function lockedUntilMs(attempts: {
  /** Of all Regions, since the latest success. */
  readonly failures: number
  readonly lastFailureAtMs: number | undefined
}): number {
  const { failures, lastFailureAtMs } = attempts
  if (failures < FREE_FAILURES || lastFailureAtMs === undefined) return 0
  return lastFailureAtMs + backoffMs(WAIT, failures - FREE_FAILURES)
}
