// What went wrong in the database, in the words of the rest of the code. No SQL error leaves this
// adapter: the world's failures become DependencyErrors that say whether trying again makes sense,
// and a write of a row that another Region owns is a bug and becomes an InvariantError. A unique
// violation keeps the name of its constraint, for the repository that turns it into an outcome.
import postgres from 'postgres'
import { InvariantError } from '#base/assert.js'
import { DependencyError } from '#base/dependency-error.js'

/** A row with the same key exists. `constraint` is the name of the unique index. */
export class UniqueViolationError extends DependencyError {
  readonly constraint: string

  constructor(constraint: string, cause: unknown) {
    super(`the database refused a duplicate (${constraint})`, { cause, isRetryable: false })
    this.constraint = constraint
  }
}

/** The database did not respond in time and the call was given up. */
export class StalledError extends DependencyError {
  constructor(what: string) {
    super(`the database did not answer in time: ${what}`, { isRetryable: true })
  }
}

/** The connection of a transaction is gone, and the transaction with it. */
export class LostTransactionError extends DependencyError {
  constructor() {
    super('the connection of the transaction was lost', { isRetryable: true })
  }
}

/** Of two transactions that wait for each other, the one that the server ended. */
class DeadlockError extends DependencyError {}

const UNIQUE_VIOLATION = '23505'
const DEADLOCK = '40P01'
const OWNERSHIP_VIOLATION = 'TP001'

/** Errors of the driver about connections; Node's own have a `syscall`. */
const CONNECTION_CODES = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'ECONNRESET',
  'EPIPE',
])

/**
 * SQLSTATE classes and codes that pass: connection exceptions, rolled back transactions, too few
 * resources, a server that starts or stops, locks and timeouts.
 */
const PASSING_STATE = /^(?:08|40|53|57P|55P03$|57014$|25P03$|25P04$|25006$|58030$)/

/** The error that callers of the adapter see for whatever `error` the driver gave. */
export function translateError(error: unknown): Error {
  if (error instanceof postgres.PostgresError) return translateRefusal(error)
  if (!(error instanceof Error)) {
    return new DependencyError(`the database driver threw ${String(error)}`, { isRetryable: false })
  }
  if (isConnectionError(error)) {
    return new DependencyError('the database cannot be reached', {
      cause: error,
      isRetryable: true,
    })
  }
  // Ours (InvariantError, DependencyError, an ApiError thrown inside a transaction) pass.
  return error
}

function translateRefusal(error: InstanceType<typeof postgres.PostgresError>): Error {
  if (error.code === UNIQUE_VIOLATION) {
    return new UniqueViolationError(error.constraint_name ?? 'unknown constraint', error)
  }
  if (error.code === OWNERSHIP_VIOLATION) return new InvariantError(error.message)
  if (error.code === DEADLOCK) {
    const options = { cause: error, isRetryable: true }
    return new DeadlockError('the database ended a deadlock', options)
  }
  return new DependencyError(`the database refused with SQLSTATE ${error.code}`, {
    cause: error,
    isRetryable: PASSING_STATE.test(error.code),
  })
}

/**
 * Whether a transaction failed because of what another one did at the same time: run again, it sees
 * what the other one has written.
 */
export function isLostRace(error: unknown): boolean {
  return error instanceof UniqueViolationError || error instanceof DeadlockError
}

/** Whether the connection failed, as opposed to what was asked over it. */
export function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('syscall' in error) return true
  // A host with several addresses reports all of their failures at once.
  if (error instanceof AggregateError) return error.errors.some((each) => 'syscall' in Object(each))
  return 'code' in error && CONNECTION_CODES.has(String(error.code))
}
