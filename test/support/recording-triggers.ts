// Triggers that note every call, and do what a test says instead of nothing.
import { noTriggers } from '#adapters/triggers/none.js'
import type { TriggerEvent, Triggers } from '#ports/triggers.js'

/** A point at which a flow called, with what it gave. */
export interface RecordedCall {
  readonly point: keyof Triggers
  readonly event: TriggerEvent & Readonly<Record<string, unknown>>
}

export class RecordingTriggers {
  readonly calls: RecordedCall[] = []
  /** What points do instead of nothing. */
  instead: Partial<Triggers> = {}
  /** Whether the caller is inside a transaction; set by a test that checks it. */
  isInTransaction = () => false
  /** The points that were called inside a transaction, which none may be. */
  readonly inTransaction: (keyof Triggers)[] = []

  /** The port. */
  readonly triggers: Triggers = new Proxy(noTriggers, {
    get: (none, point: keyof Triggers) => (event: RecordedCall['event']) => {
      this.calls.push({ point, event })
      if (this.isInTransaction()) this.inTransaction.push(point)
      const call = (this.instead[point] ?? none[point]) as (event: unknown) => unknown
      return call(event)
    },
  })

  /** The calls since the last time, and forgets them. */
  take(): readonly RecordedCall[] {
    return this.calls.splice(0)
  }

  /** The same, as `source` of each. */
  takeSources(): readonly unknown[] {
    return this.take().map(({ event }) => event['source'])
  }
}
