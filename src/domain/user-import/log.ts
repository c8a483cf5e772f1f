// The lines of log that an import leaves, in the service's words.
// Cognito: developer guide, "Importing users into user pools from a CSV file", 2026.

/** What a stopped job says. */
export const STOPPED_MESSAGE = 'The Import Job was stopped by the developer.'
/** What a job says that imported nobody. */
export const TOO_MANY_MESSAGE = 'Too many users have failed or been skipped during the import.'

/** Of a user who was imported. */
export function importedLine(line: number): string {
  return `[SUCCEEDED] Line Number ${line} - The import succeeded.`
}

/** Of a user who is there. */
export function skippedLine(line: number): string {
  return `[SKIPPED] Line Number ${line} - The user already exists.`
}

/** Of a line that makes no user. */
export function failedLine(line: number, problem: string): string {
  return `[FAILED] Line Number ${line} - ${problem.trim().replaceAll(/\s*\n\s*/g, ' ')}`
}
