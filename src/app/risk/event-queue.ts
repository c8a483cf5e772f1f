// Events on their way into the log: collected for a moment and written as one statement for each
// pool, behind the responses, so that a sign-in does not wait for its own record. What a process
// holds when it is killed is lost, which is a moment's events; a process that ends writes them
// first. The queue has a limit, since the database may be away: what does not fit, or is not
// written after some tries, is dropped, counted and said.

import type { PoolCiphers } from '#app/crypto/pool-cipher.js'
import { type BatchLimits, BatchQueue } from '#base/batch-queue.js'
import type { Clock } from '#base/clock.js'
import type { Logger } from '#base/log.js'
import { type AuthEvent, EVENTS_KEPT_MS } from '#domain/risk/event.js'
import type { AuthEvents } from '#ports/auth-events.js'
import type { Pool } from '#ports/capability.js'
import { sealEvent } from './event-seal.js'

/** An event as it is handed over. */
export interface QueuedEvent {
  readonly pool: Pool
  readonly event: AuthEvent
  /** How many challenges were met. */
  readonly step: number
  readonly requestId: string
  readonly username: string
  /** What is still to be found out, behind the response. */
  readonly complete?: ((event: AuthEvent) => Promise<AuthEvent>) | undefined
}

const LIMITS: BatchLimits = {
  heldMax: 10_000,
  batchMax: 200,
  collectMs: 50,
  triesMax: 5,
  pause: { firstMs: 200, maxMs: 3000 },
}

interface QueueOptions {
  readonly authEvents: AuthEvents
  readonly poolKeys: PoolCiphers
  readonly clock: Clock
  readonly log: Logger
  /** Told of each event that was written, of users only; it must not fail. */
  readonly written: (queued: QueuedEvent, event: AuthEvent) => void
}

export class EventQueue extends BatchQueue<QueuedEvent> {
  constructor(options: QueueOptions) {
    const { clock, log } = options
    super({
      clock,
      limits: LIMITS,
      split: byPool,
      send: (batch) => write(options, batch),
      failed: (batch, error) => {
        const poolId = batch[0]?.pool.id
        log.warn('events are not recorded yet', { poolId, events: batch.length, error })
      },
      dropped: (events) => log.error('events were not recorded', { events }),
    })
  }
}

/** Writes a batch of one pool. */
async function write(options: QueueOptions, batch: readonly QueuedEvent[]): Promise<void> {
  const { authEvents, poolKeys } = options
  const [first] = batch
  if (first === undefined) return
  const cipher = await poolKeys.cipher(first.pool)
  const stored = []
  const made = new Map<string, { readonly queued: QueuedEvent; readonly event: AuthEvent }>()
  for (const queued of batch) {
    const { event, step, complete } = queued
    const whole = (await complete?.(event)) ?? event
    const { eventId, sub, createdAtMs } = whole
    const expiresAtMs = createdAtMs + EVENTS_KEPT_MS
    const eventSealed = sealEvent(cipher, whole)
    const hasPassed = whole.response === 'Pass'
    made.set(eventId, { queued, event: whole })
    stored.push({ eventId, sub, step, hasPassed, createdAtMs, expiresAtMs, eventSealed })
  }
  for (const eventId of await authEvents.write(first.pool, stored)) {
    const one = made.get(eventId)
    if (one !== undefined) options.written(one.queued, one.event)
  }
}

/** Batches of one pool each; of two states of an event the later one. */
function byPool(events: readonly QueuedEvent[]): readonly (readonly QueuedEvent[])[] {
  const pools = new Map<string, Map<string, QueuedEvent>>()
  for (const queued of events) {
    const own = pools.get(queued.pool.id) ?? new Map<string, QueuedEvent>()
    const { eventId } = queued.event
    const former = own.get(eventId)
    if (former === undefined || former.step <= queued.step) {
      const createdAtMs = former?.event.createdAtMs ?? queued.event.createdAtMs
      own.set(eventId, { ...queued, event: { ...queued.event, createdAtMs } })
    }
    pools.set(queued.pool.id, own)
  }
  return [...pools.values()].map((own) => [...own.values()])
}
