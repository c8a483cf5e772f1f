// What a job of user import looks like to those who ask: its state now, and how long it can wait.
import type { UserImport, UserImportStatus } from '#ports/user-imports.js'

// Cognito: developer guide, "Importing users into user pools from a CSV file", 2026: a job that is
// not started within 24 to 48 hours expires.
const START_WITHIN_MS = 24 * 60 * 60 * 1000

/** The state of a job, as a caller sees it. */
export function importStatus(
  job: Pick<UserImport, 'status' | 'createdAtMs'>,
  nowMs: number,
): UserImportStatus | 'Expired' {
  const isLate = job.status === 'Created' && nowMs > job.createdAtMs + START_WITHIN_MS
  return isLate ? 'Expired' : job.status
}
