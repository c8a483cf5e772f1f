// What went wrong with an embedded PostgreSQL, in one sentence that an operator can act on. The
// command line prints it as it is, so it names the file or the port and never shows a stack.

export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError'
}
