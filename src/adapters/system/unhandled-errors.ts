// The one place that decides what happens when a promise rejects or an event listener throws and no
// code handles it. Every process of the product installs it first thing. The error is logged with
// its stack and counted, and then:
//
// - a rejection that is known to mean nothing (`isHarmless`) is a warning, and the process goes on;
// - a process that serves (node, worker, edge) ends in an orderly way, because its state is no
//   longer known: calls in flight get their responses, and its supervisor starts it again;
// - a process that supervises others (`up`, the first process of `--workers`) goes on, because
//   ending would take healthy processes with it; it holds no data that could be wrong.
//
// An output that has no reader any more (a closed terminal, `up | head`) is no error of this kind:
// logging it would write to the same output and fail again, for ever.
import type { Logger } from '#base/log.js'

/** The exit code of a process that ended because of an unhandled error (EX_SOFTWARE). */
export const EXIT_UNHANDLED = 70

export interface UnhandledErrorPolicy {
  readonly log: Pick<Logger, 'warn' | 'error'>
  /** Whether a rejection means nothing and is only worth a warning. */
  readonly isHarmless?: ((error: unknown) => boolean) | undefined
  /** Begins the orderly end of the process; called once. Without it the process goes on. */
  readonly end?: (() => void) | undefined
}

/** How many errors of each kind were not handled since the process began. */
export interface UnhandledErrorCounts {
  readonly rejections: number
  readonly exceptions: number
  readonly harmless: number
}

type Kind = 'rejections' | 'exceptions' | 'harmless'

const MESSAGES = {
  rejections: 'a rejection was not handled',
  exceptions: 'an exception was not caught',
  harmless: 'a harmless rejection was not handled',
} as const

/** Installs the policy for the whole process. */
export function catchUnhandledErrors(policy: UnhandledErrorPolicy): UnhandledErrors {
  const errors = new UnhandledErrors(policy)
  process.on('unhandledRejection', (error) => errors.onRejection(error))
  process.on('uncaughtException', (error) => errors.onException(error))
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  return errors
}

export class UnhandledErrors {
  #policy: UnhandledErrorPolicy
  #isEnding = false
  readonly #counts: Record<Kind, number> = { rejections: 0, exceptions: 0, harmless: 0 }

  constructor(policy: UnhandledErrorPolicy) {
    this.#policy = policy
  }

  get counts(): UnhandledErrorCounts {
    return { ...this.#counts }
  }

  /** Replaces parts of the policy, once the process knows more about itself. */
  refine(policy: Partial<UnhandledErrorPolicy>): void {
    this.#policy = { ...this.#policy, ...policy }
  }

  onRejection(error: unknown): void {
    this.#decide(this.#policy.isHarmless?.(error) === true ? 'harmless' : 'rejections', error)
  }

  onException(error: unknown): void {
    this.#decide('exceptions', error)
  }

  #decide(kind: Kind, error: unknown): void {
    const { log, end } = this.#policy
    this.#counts[kind] += 1
    const fields = { error: errorOf(error), count: this.#counts[kind] }
    try {
      if (kind === 'harmless') log.warn(MESSAGES[kind], fields)
      else log.error(MESSAGES[kind], fields)
    } catch {
      // A log that cannot be written must not turn one error into the end of the process.
    }
    if (kind === 'harmless' || end === undefined || this.#isEnding) return
    this.#isEnding = true
    end()
  }
}

/** Anything can be thrown; only an Error has a stack to log. */
function errorOf(error: unknown): Error {
  return error instanceof Error ? error : new NotAnError(String(error))
}

class NotAnError extends Error {
  override readonly name = 'NotAnError'
}
