// Logs as JSON lines on standard error, so that standard output stays free for what a command
// answers. Fields stay fields: nothing is formatted into the message. Causes are logged with their
// stack, since this is the internal half of an error that no client sees. Writing is synchronous:
// a line that explains a crash must be there after the crash.
import { destination, pino, stdSerializers } from 'pino'
import type { Logger } from '#base/log.js'

const STANDARD_ERROR = 2

/** A logger of `level` and above that puts `fields` in every line. */
export function systemLogger(options: {
  level: 'debug' | 'info' | 'warn' | 'error'
  fields?: Readonly<Record<string, unknown>>
}): Logger {
  const sink = pino(
    {
      level: options.level,
      base: { ...options.fields },
      timestamp: () => `,"time":"${new Date(Date.now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: stdSerializers.err, cause: stdSerializers.err },
    },
    destination({ fd: STANDARD_ERROR, sync: true }),
  )
  return {
    debug: (message, fields) => sink.debug(fields ?? {}, message),
    info: (message, fields) => sink.info(fields ?? {}, message),
    warn: (message, fields) => sink.warn(fields ?? {}, message),
    error: (message, fields) => sink.error(fields ?? {}, message),
  }
}
