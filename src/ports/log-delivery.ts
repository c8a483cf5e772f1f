// Events that a pool's log delivery configuration exports (SetLogDeliveryConfiguration), each
// Region's own. Handing one over costs no more than putting it into a list: no flow waits for a
// destination or fails by it, and what a destination does not take in time is dropped and counted.
import type { Pool } from './capability.js'

/** `userNotification`: a message was not delivered. `userAuthEvents`: how a sign-in went. */
export type LogSource = 'userNotification' | 'userAuthEvents'

/** Where events are handed over; it never throws and never waits. */
export interface LogDelivery {
  /** Whether the pool exports such events here; for those who would have to make one first. */
  wants(pool: Pool, source: LogSource): boolean
  /** Exports an event, if the pool wants it. `message` is the member of that name. */
  deliver(pool: Pool, source: LogSource, message: Readonly<Record<string, unknown>>): void
}
