// A Region without a mail or SMS service: its outbox keeps every message, sealed, where
// `twinpool outbox` and the start page show them.
import type { MessageRoutes } from '#ports/messages.js'

export const outboxOnly: MessageRoutes = { senderOf: () => undefined }
