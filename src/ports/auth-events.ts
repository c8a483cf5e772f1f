// The event log of pools with threat protection. Runtime rows: each Region writes what it served
// and what it was told; readers see all Regions' events as one log.
import type { EventFeedback } from '#domain/risk/event.js'
import type { Pool } from './capability.js'

/** An event, as stored. */
export interface StoredAuthEvent {
  readonly eventId: string
  readonly sub: string
  /** How many challenges were met. */
  readonly step: number
  /** Whether the user was let in. */
  readonly hasPassed: boolean
  readonly createdAtMs: number
  readonly expiresAtMs: number
  readonly eventSealed: Uint8Array
}

/** An event that was read, with what was said of it last. */
export type ReadAuthEvent = Pick<
  StoredAuthEvent,
  'eventId' | 'sub' | 'createdAtMs' | 'eventSealed'
> & { readonly feedback: EventFeedback | undefined }

/** Where a page begins: behind this event. */
export interface EventPosition {
  readonly createdAtMs: number
  readonly eventId: string
}

/** Events of users. */
export interface AuthEvents {
  /**
   * Writes events, each once at most. One of a name that no user has is dropped, by the same
   * statement; one that is there already takes the new contents unless it has come further.
   * Returns the IDs of those that were written.
   */
  write(pool: Pool, events: readonly StoredAuthEvent[]): Promise<readonly string[]>
  /** The newest first. */
  list(
    pool: Pool,
    sub: string,
    options: { readonly after: EventPosition | undefined; readonly limit: number },
  ): Promise<readonly ReadAuthEvent[]>
  /**
   * What a sign-in of the user is compared with, the newest first: the latest events of users who
   * were let in, and the latest that somebody who knows has spoken of.
   */
  past(pool: Pool, sub: string, limit: number): Promise<readonly ReadAuthEvent[]>
  /** Takes feedback of an event of the user. */
  judge(
    pool: Pool,
    event: { readonly eventId: string; readonly sub: string },
    feedback: EventFeedback,
  ): Promise<'judged' | 'absent'>
}
