// What the rest of the code needs of a logger: a message and fields, never a built string, so that
// redaction stays possible. `adapters/system/logger.ts` implements it.

export type LogFields = Readonly<Record<string, unknown>>

export interface Logger {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}
