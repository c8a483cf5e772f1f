// How a command fails: one sentence on standard error and exit code 1.

/** A failure that the sentence explains fully; no stack trace would help. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}

/** The sentence for an error of any kind. */
export function sentenceOf(error: unknown): string {
  const inUse = portInUse(error)
  if (inUse !== undefined) return inUse
  if (error instanceof AggregateError && error.errors.length > 0) {
    return sentenceOf(error.errors[0])
  }
  const text = error instanceof Error ? error.message || error.name : String(error)
  return text.split('\n')[0] ?? text
}

/** What to do about a port that cannot be listened on; Node's own words name neither setting. */
function portInUse(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('port' in error) || !('syscall' in error)) return undefined
  if (error.syscall !== 'listen') return undefined
  const { port } = error
  const where = `Port ${port}${'address' in error ? ` of ${error.address}` : ''}`
  const otherwise = 'choose another (settings listen.port and link.port)'
  if (isCode(error, 'EADDRINUSE'))
    return `${where} is in use; stop what listens there or ${otherwise}.`
  if (isCode(error, 'EACCES')) return `${where} may only be used by root; ${otherwise}.`
  return undefined
}

export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
