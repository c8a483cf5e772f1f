// Notices to users of risky sign-ins, from the address that this Region has for them. A notice is
// sent behind the response; one that cannot be sent is logged and changes nothing. A user gets as
// many in an hour as codes for one purpose.

import type { PoolKeys } from '#app/crypto/pool-keys.js'
import type { OneTimeCodes } from '#app/messages/codes.js'
import type { Deliveries } from '#app/messages/deliveries.js'
import type { Clock } from '#base/clock.js'
import type { Logger } from '#base/log.js'
import { contactFor } from '#domain/message/contact.js'
import { type NoticeTemplate, type RiskSettings, senderKey } from '#domain/pool/risk-settings.js'
import type { RequestContext } from '#domain/request-context.js'
import type { Origin } from '#domain/risk/event.js'
import { noticeText } from '#domain/risk/notice.js'
import type { User } from '#domain/user/user.js'
import type { Pool } from '#ports/capability.js'
import type { Client } from '#ports/directory.js'
import { feedbackToken } from './event-list.js'

/** What a notice is about. */
export interface Notified {
  readonly pool: Pool
  readonly client: Client
  readonly request: RequestContext
  readonly user: User
  readonly origin: Origin
  readonly eventId: string
  readonly atMs: number
  readonly template: NoticeTemplate
  readonly settings: RiskSettings
  /** Whether the settings are the client's own. */
  readonly isOwn: boolean
}

interface NoticeOptions {
  readonly deliveries: Deliveries
  readonly codes: OneTimeCodes
  readonly poolKeys: PoolKeys
  readonly clock: Clock
  readonly log: Logger
  /** Where the pool's domain has the page that takes the user's word, if it has a domain. */
  readonly feedbackPage: (pool: Pool) => Promise<string | undefined>
}

/** Notices that are sent at a time; further ones are dropped and logged. */
const AT_ONCE_MAX = 100

export class Notices {
  readonly #options: NoticeOptions
  readonly #running = new Set<Promise<void>>()

  constructor(options: NoticeOptions) {
    this.#options = options
  }

  /** Sends a notice, and returns at once. */
  send(notified: Notified): void {
    const { log } = this.#options
    const poolId = notified.pool.id
    if (this.#running.size >= AT_ONCE_MAX) {
      log.error('a notice was not sent', { poolId, reason: 'too many at once' })
      return
    }
    const sending = this.#send(notified)
      .catch((error: unknown) => log.warn('a notice was not sent', { poolId, error }))
      .finally(() => this.#running.delete(sending))
    this.#running.add(sending)
  }

  /** Waits for what is being sent. */
  async close(): Promise<void> {
    await Promise.all(this.#running)
  }

  async #send(notified: Notified): Promise<void> {
    const { deliveries, codes } = this.#options
    const { pool, client, request, user } = notified
    const contact = contactFor(user, 'email')
    if (contact === undefined) return
    // Whoever knows the password must not fill the user's mailbox.
    const counted = { sub: user.sub, purpose: 'notice' } as const
    if (!(await deliveries.reserve(pool, counted))) return
    const { subject, body } = await this.#text(notified)
    const notice = { reason: 'AccountTakeOverNotification', contact, subject, body }
    const sent = await deliveries.sendNotice(
      fromSender(notified),
      { client, request, user },
      notice,
    )
    if (sent.kind === 'sent') return codes.record(pool, sent)
    // Why, is in the log already.
    return deliveries.giveBack(pool, counted)
  }

  async #text({ pool, user, origin, eventId, atMs, template }: Notified) {
    const { feedbackPage } = this.#options
    const { username } = user
    const token = await feedbackToken(this.#options, pool, { username, eventId })
    const page = await feedbackPage(pool)
    const named = { user_name: username, event_id: eventId, feedback_token: token }
    const link = (value: 'Valid' | 'Invalid') =>
      `${page}?${new URLSearchParams({ ...named, feedback_value: value })}`
    return noticeText(template, {
      username,
      atMs,
      origin,
      eventId,
      feedbackToken: token,
      links: page === undefined ? undefined : { valid: link('Valid'), invalid: link('Invalid') },
    })
  }
}

/** The pool with the sender of notices as its sender of emails. */
function fromSender({ pool, client, settings, isOwn }: Notified): Pool {
  const senders = (pool.regionalSettings.riskSenders ?? {}) as Readonly<
    Record<string, { readonly from?: string; readonly sourceArn?: string }>
  >
  const sender = senders[senderKey(isOwn ? client.clientId : undefined)]
  if (sender === undefined) return pool
  const replyTo = settings.accountTakeoverRisk?.notifyConfiguration?.replyTo
  const emailConfiguration = {
    ...sender,
    ...(replyTo !== undefined && { replyToEmailAddress: replyTo }),
    emailSendingAccount: 'DEVELOPER',
  }
  return { ...pool, regionalSettings: { ...pool.regionalSettings, emailConfiguration } }
}
