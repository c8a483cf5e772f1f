// What the processes of the command line do with errors that no code handled; the policy itself is
// in `adapters/system/unhandled-errors.ts`. These processes have no log, so the line with its stack
// goes to standard error.
import { catchUnhandledErrors, EXIT_UNHANDLED } from '#adapters/system/unhandled-errors.js'
import type { LogFields } from '#base/log.js'

/** For a command that ends by itself: it has failed, and says so. */
export function endOnUnhandledErrors(end: () => void = exit): void {
  // Nobody reads the rest of what it prints.
  process.stdout.once('error', exit)
  catchUnhandledErrors({ log: { warn: print, error: print }, end })
}

/** For a process that supervises others: it goes on, whatever happens. */
export function surviveUnhandledErrors(): void {
  catchUnhandledErrors({ log: { warn: print, error: print } })
}

function exit(): void {
  process.exit(EXIT_UNHANDLED)
}

function print(message: string, { error, count }: LogFields = {}): void {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  console.error(`twinpool: ${message} (${count} so far): ${stack}`)
}
