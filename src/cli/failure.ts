// How a command fails: one sentence on standard error and exit code 1. What the processes of the
// command line do with errors that no code handles stands here, too; the policy is that of
// `adapters/system/unhandled-errors.ts`. These processes have no log, so such an error goes to
// standard error with its stack.
import { catchUnhandledErrors, EXIT_UNHANDLED } from '#adapters/system/unhandled-errors.js'
import type { LogFields } from '#base/log.js'

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
  const otherwise = 'choose another (settings listen.port, link.port and metrics.port)'
  if (isCode(error, 'EADDRINUSE'))
    return `${where} is in use; stop what listens there or ${otherwise}.`
  if (isCode(error, 'EACCES')) return `${where} may only be used by root; ${otherwise}.`
  return undefined
}

export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

/** For a command that ends by itself: it has failed, and says so. */
export function endOnUnhandledErrors(end: () => void = exit): void {
  // The reader of its output has gone.
  process.stdout.once('error', exit)
  catchUnhandledErrors({ log: { warn: printUnhandled, error: printUnhandled }, end })
}

/** For a process that supervises others: it goes on, whatever happens. */
export function surviveUnhandledErrors(): void {
  catchUnhandledErrors({ log: { warn: printUnhandled, error: printUnhandled } })
}

function exit(): void {
  process.exit(EXIT_UNHANDLED)
}

function printUnhandled(message: string, { error, count }: LogFields = {}): void {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  console.error(`twinpool: ${message} (${count} so far): ${stack}`)
}
