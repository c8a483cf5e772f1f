// Senders of messages as they are watched: how often each transport took a message or did not, and
// how long it took. Who gets the message, and what it says, is no label.
import type { Clock } from '#base/clock.js'
import {
  DeliveryError,
  type Medium,
  type MessageRoutes,
  type MessageSender,
} from '#ports/messages.js'
import type { Metrics } from '#ports/metrics.js'

/** What watching takes. */
export interface Watch {
  readonly metrics: Metrics
  readonly clock: Clock
}

/** The same sender, measured. */
export function observedSender(
  sender: MessageSender,
  labels: { readonly medium: Medium; readonly transport: string },
  { metrics, clock }: Watch,
): MessageSender {
  return {
    async send(pool, message, origin) {
      const startedAtMs = clock.nowMs()
      let result = 'not-delivered'
      try {
        await sender.send(pool, message, origin)
        result = 'taken'
      } catch (error) {
        if (error instanceof DeliveryError) result = error.failure
        throw error
      } finally {
        const seconds = (clock.nowMs() - startedAtMs) / 1000
        metrics.count('twinpool_messages_total', { ...labels, result })
        metrics.observe('twinpool_message_duration_seconds', labels, seconds)
      }
    },
  }
}

/** The same routes, each of whose transports is measured. */
export function observedRoutes<Routes extends MessageRoutes>(
  routes: Routes,
  transportOf: (medium: Medium) => string,
  watch: Watch,
): Routes {
  return {
    ...routes,
    senderOf(pool, medium) {
      const sender = routes.senderOf(pool, medium)
      const labels = { medium, transport: transportOf(medium) }
      return sender && observedSender(sender, labels, watch)
    },
  }
}
