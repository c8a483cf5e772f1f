// Senders of messages as they are watched: how often each transport took a message or did not, and
// how long it took. Who gets the message, and what it says, is no label.
import {
  DeliveryError,
  type Medium,
  type MessageRoutes,
  type MessageSender,
} from '#ports/messages.js'
import { type Watch, watched } from './watch.js'

/** The same sender, measured. */
export function observedSender(
  sender: MessageSender,
  labels: { readonly medium: Medium; readonly transport: string },
  watch: Watch,
): MessageSender {
  const { metrics } = watch
  const { medium, transport } = labels
  const attributes = { 'messaging.operation.type': 'send', 'messaging.system': transport }
  return {
    send: (pool, message, origin) =>
      watched(watch, () => sender.send(pool, message, origin), {
        returned: 'taken',
        span: () => ({ name: `send ${medium}`, attributes }),
        resultOf: (error) => (error instanceof DeliveryError ? error.failure : 'not-delivered'),
        record(result, seconds) {
          metrics.count('twinpool_messages_total', { ...labels, result })
          metrics.observe('twinpool_message_duration_seconds', labels, seconds)
        },
      }),
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
