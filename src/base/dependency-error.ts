// The world failed: a database, a KMS, another Region. Adapters make these; services turn them
// into InternalErrorException. The message is internal and never reaches a client.

export class DependencyError extends Error {
  override readonly name = 'DependencyError'
  readonly isRetryable: boolean

  constructor(message: string, options: { cause?: unknown; isRetryable: boolean }) {
    super(message, { cause: options.cause })
    this.isRetryable = options.isRetryable
  }
}
