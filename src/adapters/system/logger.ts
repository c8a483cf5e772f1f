// Logs as JSON lines on standard error, so that standard output stays free for what a command
// answers. Fields stay fields: nothing is formatted into the message. Causes are logged with their
// stack, since this is the internal half of an error that no client sees. Lines about calls are
// gathered and written together, because a write for each call would cost more than the call's own
// bookkeeping; warnings and errors are written at once, with everything before them.
import { destination, pino, stdSerializers } from 'pino'
import type { LogFields, Logger } from '#base/log.js'

const STANDARD_ERROR = 2
const GATHERED_CHARACTERS = 8_192
const GATHERED_MS = 500

/** A logger of `level` and above that puts `fields` in every line. */
export function systemLogger(options: {
  level: 'debug' | 'info' | 'warn' | 'error'
  fields?: Readonly<Record<string, unknown>>
}): Logger {
  const output = destination({ fd: STANDARD_ERROR, sync: true })
  const lines = new GatheredLines((text) => output.write(text))
  const sink = pino(
    {
      level: options.level,
      base: { ...options.fields },
      timestamp: () => `,"time":"${new Date(Date.now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: stdSerializers.err, cause: stdSerializers.err },
    },
    lines,
  )
  // Standard error has no reader any more: no reason to stop serving.
  output.on('error', () => undefined)
  const flush = () => {
    lines.flush()
    output.flushSync()
  }
  // Unlike flushSync this leaves the file to the system: a call must not wait for the disk.
  setInterval(() => lines.flush(), GATHERED_MS).unref()
  process.once('exit', flush)
  const fixed = Object.keys(options.fields ?? {})
  return {
    debug: (message, fields) => sink.debug(apart(fixed, fields), message),
    info: (message, fields) => sink.info(apart(fixed, fields), message),
    warn: (message, fields) => writeNow('warn', message, fields),
    error: (message, fields) => writeNow('error', message, fields),
  }

  function writeNow(level: 'warn' | 'error', message: string, fields: LogFields | undefined): void {
    sink[level](apart(fixed, fields), message)
    flush()
  }
}

/**
 * Lines until they are worth a write. The destination could gather them itself, but measures all
 * that it has again with each line.
 */
class GatheredLines {
  readonly #write: (text: string) => void
  #lines: string[] = []
  #characters = 0

  constructor(write: (text: string) => void) {
    this.#write = write
  }

  write(line: string): void {
    this.#lines.push(line)
    this.#characters += line.length
    if (this.#characters >= GATHERED_CHARACTERS) this.flush()
  }

  flush(): void {
    if (this.#lines.length === 0) return
    const text = this.#lines.join('')
    this.#lines = []
    this.#characters = 0
    this.#write(text)
  }
}

/** The fields of a line, none of them under a name of the fields that every line has. */
function apart(fixed: readonly string[], fields: LogFields = {}): LogFields {
  if (!fixed.some((name) => name in fields)) return fields
  const renamed = Object.entries(fields).map(([name, value]) => {
    return [fixed.includes(name) ? `${name}OfEvent` : name, value]
  })
  return Object.fromEntries(renamed)
}
