// Events that a pool's log delivery configuration exports (SetLogDeliveryConfiguration), each
// Region's own. Handing one over costs no more than putting it into a list: no flow waits for a
// destination or fails by it, and what a destination does not take in time is dropped and counted.
import type { Pool } from './capability.js'

/** Kinds of events. */
export const LOG_SOURCES = ['userNotification', 'userAuthEvents'] as const

/** `userNotification`: a message was not delivered. `userAuthEvents`: how a sign-in went. */
export type LogSource = (typeof LOG_SOURCES)[number]

/** What became of an event that was sent to see whether events arrive. */
export interface LogTestOutcome {
  /** The ARN of the destination. */
  readonly destination: string
  /** Why it was not taken, in the words of the destination; undefined: it was taken. */
  readonly failure: string | undefined
}

/** For those who look whether events arrive. */
export interface LogDeliveryTest {
  /**
   * Sends an event to the destination that the pool has here for the source, past the events that
   * wait, and waits for the outcome. Undefined: the pool has none.
   */
  sendTest(
    pool: Pool,
    source: LogSource,
    message: Readonly<Record<string, unknown>>,
  ): Promise<LogTestOutcome | undefined>
}

/** Where events are handed over; it never throws and never waits. */
export interface LogDelivery {
  /** Whether the pool exports such events here; for those who would have to make one first. */
  wants(pool: Pool, source: LogSource): boolean
  /** Exports an event, if the pool wants it. `message` is the member of that name. */
  deliver(pool: Pool, source: LogSource, message: Readonly<Record<string, unknown>>): void
}
