// The only place that throws a bug. An InvariantError is never the caller's fault: it becomes an
// InternalErrorException and a loud log line.

export class InvariantError extends Error {
  override readonly name = 'InvariantError'
}

/** States what must be true here. Kept on in production. */
export function assert(condition: unknown, statement: string): asserts condition {
  if (!condition) throw new InvariantError(statement)
}

/** Marks a branch that the types exclude; compiles only while they do. */
export function unreachable(value: never): never {
  throw new InvariantError(`unreachable: ${String(value)}`)
}

/** The value, which must be present. */
export function required<T>(value: T | undefined | null, what: string): T {
  assert(value !== undefined && value !== null, `${what} is missing`)
  return value
}
