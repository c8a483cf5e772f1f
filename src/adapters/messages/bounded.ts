// What all transports have in common: a message has one deadline, its wait for a turn included; so
// many are on their way at once; and a try that failed before anybody can have taken the message is
// made once more, while one that may have been taken never is, since the user would get it twice.
import type { Pool } from '#ports/capability.js'
import { DeliveryError, type Message, type MessageSender } from '#ports/messages.js'
import { Turns } from '../triggers/turns.js'

/** Tries of one message, where each of the earlier ones cannot have been taken. */
const TRIES_MAX = 2
/** Messages that may wait for each that is on its way. */
const WAITING_FACTOR = 100

/** A try failed, and `isSafeToRetry` says that nobody can have taken the message. */
export class TransportError extends Error {
  override readonly name = 'TransportError'
  readonly isSafeToRetry: boolean

  constructor(message: string, options: { cause?: unknown; isSafeToRetry: boolean }) {
    super(message, { cause: options.cause })
    this.isSafeToRetry = options.isSafeToRetry
  }
}

/** Carries one message; gives up when the signal aborts. Throws TransportError. */
export type Carry = (pool: Pool, message: Message, signal: AbortSignal) => Promise<void>

/** The limits of a transport. */
export interface TransportLimits {
  readonly timeoutMs: number
  readonly concurrentMax: number
}

export function boundedSender(carry: Carry, limits: TransportLimits): MessageSender {
  const { timeoutMs, concurrentMax } = limits
  const turns = new Turns({
    runningMax: concurrentMax,
    waitingMax: concurrentMax * WAITING_FACTOR,
  })
  return {
    async send(pool, message) {
      const signal = AbortSignal.timeout(timeoutMs)
      if (!(await turns.take(signal))) throw new DeliveryError('too many messages wait')
      try {
        await carryWithRetry(carry, { pool, message, signal })
      } finally {
        turns.release()
      }
    },
  }
}

async function carryWithRetry(
  carry: Carry,
  { pool, message, signal }: { pool: Pool; message: Message; signal: AbortSignal },
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await carry(pool, message, signal)
      return
    } catch (error) {
      if (!(error instanceof TransportError)) throw error
      const isLast = tries === TRIES_MAX || !error.isSafeToRetry || signal.aborted
      if (isLast) throw new DeliveryError(error.message, { cause: error.cause })
    }
  }
}
