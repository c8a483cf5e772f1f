// How a command fails: one sentence on standard error and exit code 1.

/** A failure that the sentence explains fully; no stack trace would help. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}

/** The sentence for an error of any kind. */
export function sentenceOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return sentenceOf(error.errors[0])
  }
  const text = error instanceof Error ? error.message || error.name : String(error)
  return text.split('\n')[0] ?? text
}

export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
