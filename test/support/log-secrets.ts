// What a node logs at the level that logs most, and the secrets of the calls meanwhile, so that a
// test can look for these in that.
import { pino, stdSerializers } from 'pino'
import type { Logger } from '#base/log.js'

const SECRET = /password|token$|secret|session$|code$|signature|credential|response/i
const NO_SECRET = /Id$|^ChallengeName$|^NextToken$|^ChallengeResponses$/

/** Names of functions are none, whatever their member is called. */
function isSecret(key: string, value: string): boolean {
  const isNamedSo = SECRET.test(key) && !NO_SECRET.test(key)
  return isNamedSo && value.length >= 6 && !value.startsWith('arn:')
}

export class LogSecrets {
  /** Lines, without what makes each another one. */
  readonly #lines = new Set<string>()
  readonly #secrets = new Map<string, string>()
  /** As the service writes its log, into memory. */
  readonly log: Logger

  constructor() {
    const serializers = { error: stdSerializers.err, cause: stdSerializers.err }
    const write = (line: string) => {
      this.#lines.add(line.replace(/"(?:time|requestId|durationMs)":(?:"[^"]*"|\d+),?/g, ''))
    }
    const sink = pino({ level: 'debug', serializers }, { write })
    const to = (level: keyof Logger) => (message: string, fields?: object) =>
      sink[level]({ ...fields }, message)
    this.log = { debug: to('debug'), info: to('info'), warn: to('warn'), error: to('error') }
  }

  get logged(): string {
    return [...this.#lines].join('')
  }

  /** What is secret so far. */
  get secrets(): readonly string[] {
    return [...this.#secrets.keys()]
  }

  /** Where secrets come from. */
  get places(): readonly string[] {
    return [...new Set(this.#secrets.values())]
  }

  /** Remembers what is secret in an input or output, by the names of its members. */
  note(value: unknown, at: string): void {
    if (typeof value !== 'object' || value === null) return
    for (const [key, part] of Object.entries(value)) {
      if (typeof part === 'string' && isSecret(key, part)) this.add(part, `${at}.${key}`)
      this.note(part, `${at}.${key}`)
    }
  }

  add(secret: string, at: string): void {
    if (!this.#secrets.has(secret)) this.#secrets.set(secret, at)
  }

  /** Where the text has a secret, as a word of its own. */
  leaks(text = this.logged): readonly string[] {
    return [...this.#secrets]
      .filter(([secret]) => {
        const at = text.indexOf(secret)
        if (at < 0) return false
        const end = at + secret.length
        return !/\w/.test(text.slice(at - 1, at) + text.slice(end, end + 1))
      })
      .map(([secret, at]) => `${at}: ${text.slice(text.indexOf(secret) - 200).slice(0, 300)}`)
  }
}
