// What an event says is personal, and so it is sealed, at its place in the log.

import type { PoolCipher } from '#app/crypto/pool-cipher.js'
import type { AuthEvent, EventContents, EventFeedback } from '#domain/risk/event.js'
import type { ReadAuthEvent } from '#ports/auth-events.js'

const contextOf = (eventId: string) => ({
  table: 'auth_events',
  column: 'event_sealed',
  row: eventId,
})

/** An event of the log, and what was said of it. */
export type JudgedEvent = AuthEvent & { readonly feedback: EventFeedback | undefined }

export function sealEvent(
  cipher: PoolCipher,
  { eventId, sub: _, createdAtMs: __, ...contents }: AuthEvent,
): Uint8Array {
  return cipher.sealJson(contextOf(eventId), contents)
}

export function openEvent(
  cipher: PoolCipher,
  { eventId, sub, createdAtMs, eventSealed, feedback }: ReadAuthEvent,
): JudgedEvent {
  const contents = cipher.openJson(contextOf(eventId), eventSealed) as EventContents
  return { eventId, sub, createdAtMs, feedback, ...contents }
}
