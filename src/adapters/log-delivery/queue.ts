// Events on their way to one destination: collected for a moment, and sent behind the responses, so
// that no sign-in waits for a log.
import { type BatchLimits, BatchQueue } from '#base/batch-queue.js'
import type { Clock } from '#base/clock.js'
import type { Logger } from '#base/log.js'

/** An event, as the line that it is, and when it happened. */
export interface LogLine {
  readonly poolId: string
  readonly atMs: number
  readonly text: string
}

/** Takes a batch or throws. */
export type SendBatch = (lines: readonly LogLine[], signal: AbortSignal) => Promise<void>

const LIMITS: BatchLimits = {
  heldMax: 10_000,
  batchMax: 100,
  collectMs: 200,
  triesMax: 3,
  pause: { firstMs: 200, maxMs: 5000 },
}
const SEND_TIMEOUT_MS = 10_000

export class LogQueue extends BatchQueue<LogLine> {
  constructor({
    name: destination,
    send,
    clock,
    log,
  }: {
    readonly name: string
    readonly send: SendBatch
    readonly clock: Clock
    readonly log: Logger
  }) {
    super({
      clock,
      limits: LIMITS,
      send: (lines) => send(lines, AbortSignal.timeout(SEND_TIMEOUT_MS)),
      failed: ({ length: events }, error) =>
        log.warn('events were not exported', { destination, events, error }),
      dropped: (events) => log.error('events were dropped', { destination, events }),
    })
  }
}
