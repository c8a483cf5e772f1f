// Messages on their way to users. A message goes out before the change that it belongs to is
// written, and outside of transactions: a mail server may take seconds, and would hold a connection
// of the database for as long. So a message that cannot be sent leaves nothing behind, and what a
// crash in between leaves is a message whose code opens nothing. The outbox is part of the
// database, so that what it keeps is written with the change (`OneTimeCodes.record`).
//
// What unauthenticated callers or signed-in users may ask for is counted for each user and purpose
// before it is sent, so that no mailbox can be filled, and asking for new codes does not give
// guesses without end.
//
// Deviation: every user gets the same number of codes an hour for each purpose
// (`limits.codesPerHourMax`); the service allows 5 to 20 password resets, by the risk it sees.
// Cognito: developer guide, "Forgot password behavior", 2026.

import type { PoolCiphers } from '#app/crypto/pool-cipher.js'
import { required } from '#base/assert.js'
import type { Clock } from '#base/clock.js'
import type { Logger } from '#base/log.js'
import { DIGITS, type Random } from '#base/random.js'
import { type Contact, deliveryOf } from '#domain/message/contact.js'
import {
  bearsLink,
  type CustomTexts,
  type MessageReason,
  messageText,
} from '#domain/message/templates.js'
import { type Refused, refused } from '#domain/refusal.js'
import type { Pool } from '#ports/capability.js'
import type { LogDelivery } from '#ports/log-delivery.js'
import {
  DeliveryError,
  type Medium,
  type Message,
  type MessageOrigin,
  type MessageRoutes,
} from '#ports/messages.js'
import type { Metrics } from '#ports/metrics.js'
import type { Codes, OutboxMessage, StoredCode } from '#ports/regional.js'
import { type CodePurpose, codeHash, type SentMessage } from './codes.js'
import { DeliveryHistory } from './delivery-history.js'
import { sealOutboxMessage } from './outbox-seal.js'

const CODE_DIGITS = 6
/** Codes of sign-ins that a user may ask for in an hour. */
const SIGN_IN_CODES_PER_HOUR_MAX = 20
const HOUR_MS = 3_600_000
const NO_DOMAIN = 'A message with a link needs a domain of the user pool.'

/** How long a code lives. Cognito: developer guide, "Verifying contact information", 2026. */
const CODE_LIFE_MS = 24 * HOUR_MS
const RESET_CODE_LIFE_MS = HOUR_MS

/** A user and a purpose, for which sends are counted. */
export interface CountedFor {
  readonly sub: string
  readonly purpose: CodePurpose | 'notice'
}

/** A message for a user; `custom` is what the customer's code makes of it. */
export interface OutgoingMessage {
  readonly reason: MessageReason
  readonly contact: Contact
  readonly custom: CustomTexts | undefined
}

/** A code that is to be made and sent. */
export interface OutgoingCode extends OutgoingMessage {
  readonly purpose: CodePurpose
  readonly digits?: number
  /** Where the purpose does not say it. */
  readonly lifeMs?: number
}

/** What became of a test message; `outbox`: nothing is set to carry it. */
export type TestOutcome =
  | { readonly kind: 'delivered' | 'outbox' }
  | { readonly kind: 'not-delivered'; readonly reason: string }

interface DeliveriesOptions {
  readonly codes: Codes
  readonly routes: MessageRoutes
  /** The page of the pool's domain that confirms users; undefined: the pool has no domain. */
  readonly confirmationPage: (pool: Pool) => Promise<string | undefined>
  readonly poolKeys: PoolCiphers
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly logDelivery: LogDelivery
  /** Counts what the outbox keeps; transports count for themselves. */
  readonly metrics: Metrics
  /** Codes that a user may ask for in an hour, for each purpose. */
  readonly codesPerHourMax: number
}

export class Deliveries {
  readonly #options: DeliveriesOptions
  readonly #history: DeliveryHistory

  constructor(options: DeliveriesOptions) {
    this.#options = options
    this.#history = new DeliveryHistory(options)
  }

  /** Whether messages leave the database, so that they are out before a change is written. */
  leaves(pool: Pool, { attributeName }: Pick<Contact, 'attributeName'>): boolean {
    return this.#options.routes.senderOf(pool, mediumOf(attributeName)) !== undefined
  }

  /** Counts a code that is about to be sent; false when there were too many within the hour. */
  async reserve(pool: Pool, { sub, purpose }: CountedFor): Promise<boolean> {
    const { codes, clock, codesPerHourMax } = this.#options
    const counted = await codes.countSend(pool, {
      sub,
      purpose: countedAs(purpose),
      sendsMax: isSignIn(purpose) ? SIGN_IN_CODES_PER_HOUR_MAX : codesPerHourMax,
      windowMs: HOUR_MS,
      nowMs: clock.nowMs(),
    })
    return counted === 'counted'
  }

  /** Takes back what `reserve` counted, for a code that was not sent. */
  async giveBack(pool: Pool, { sub, purpose }: CountedFor): Promise<void> {
    await this.#options.codes.uncountSend(pool, { sub, purpose: countedAs(purpose) })
  }

  /** Makes a new code and sends it. */
  async sendCode(
    pool: Pool,
    origin: MessageOrigin,
    outgoing: OutgoingCode,
  ): Promise<SentMessage | Refused> {
    const { poolKeys, clock, random } = this.#options
    const { purpose, contact, digits = CODE_DIGITS, lifeMs = lifeMsOf(purpose) } = outgoing
    const { sub } = origin.user
    const code = random.text(digits, DIGITS)
    const presented = { sub, purpose, code, address: contact.value }
    const hash = await codeHash(poolKeys, pool, presented)
    const stored = { sub, purpose, codeHash: hash, expiresAtMs: clock.nowMs() + lifeMs }
    return this.#send(pool, origin, { ...outgoing, code }, stored)
  }

  /** Sends a temporary password that was made elsewhere. */
  sendPassword(
    pool: Pool,
    origin: MessageOrigin,
    outgoing: OutgoingMessage & { readonly password: string },
  ): Promise<SentMessage | Refused> {
    return this.#send(pool, origin, { ...outgoing, code: outgoing.password }, undefined)
  }

  /**
   * What stands for a message where a client must not learn that none is sent: it takes as long and
   * fails as often as messages lately did, and guesses at its code end as guesses at a real one do.
   */
  async pretend(
    pool: Pool,
    decoy: {
      readonly sub: string
      readonly purpose: CodePurpose
      readonly contact: Contact
      readonly lifeMs?: number
    },
  ): Promise<SentMessage | Refused> {
    const { sub, purpose, contact, lifeMs = lifeMsOf(decoy.purpose) } = decoy
    const { clock, random } = this.#options
    const reason = purpose === 'sign-up' ? 'ResendCode' : 'ForgotPassword'
    const medium = mediumOf(contact.attributeName)
    if (bearsLink(pool.settings, { reason, medium })) {
      const page = await this.#options.confirmationPage(pool)
      if (page === undefined) return refused('invalid-parameter', NO_DOMAIN)
    }
    const isKept = !this.leaves(pool, contact)
    if (!isKept && !(await this.#history.repeat(keyOf(pool, medium)))) {
      return refused('code-not-delivered', medium)
    }
    const expiresAtMs = clock.nowMs() + lifeMs
    return {
      kind: 'sent',
      delivery: deliveryOf(contact),
      code: { sub, purpose, codeHash: random.bytes(32), expiresAtMs },
      kept: isKept ? 'decoy' : undefined,
    }
  }

  /** A message without a code, whose text is made elsewhere; the body of an email is HTML. */
  sendNotice(
    pool: Pool,
    origin: MessageOrigin,
    notice: {
      readonly reason: string
      readonly contact: Contact
      readonly subject: string | undefined
      readonly body: string
    },
  ): Promise<SentMessage | Refused> {
    const { contact, reason, subject, body } = notice
    const { username } = origin.user
    const medium = mediumOf(contact.attributeName)
    const message: Message = {
      medium,
      destination: contact.value,
      subject,
      body,
      reason,
      username,
      code: undefined,
    }
    return this.#hand(pool, origin, { message, contact, stored: undefined })
  }

  /** A message without a code, for those who run the service. */
  async sendTest(
    pool: Pool,
    test: { readonly medium: Medium; readonly destination: string; readonly requestId: string },
  ): Promise<TestOutcome> {
    const { medium, destination, requestId } = test
    const sender = this.#options.routes.senderOf(pool, medium)
    if (sender === undefined) return { kind: 'outbox' }
    const body = `Twinpool sent this to see whether messages of ${pool.id} arrive.`
    const subject = medium === 'EMAIL' ? 'A test of Twinpool' : undefined
    const message = { medium, destination, subject, body, reason: 'Test', username: '' }
    try {
      await sender.send(pool, { ...message, code: undefined }, undefined)
      return { kind: 'delivered' }
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error
      const { log } = this.#options
      log.warn('a test message was not delivered', { requestId, poolId: pool.id, medium, error })
      return { kind: 'not-delivered', reason: error.message }
    }
  }

  async #send(
    pool: Pool,
    origin: MessageOrigin,
    outgoing: OutgoingMessage & { readonly code: string },
    stored: StoredCode | undefined,
  ): Promise<SentMessage | Refused> {
    const { contact, reason, code, custom } = outgoing
    const { username } = origin.user
    const medium = mediumOf(contact.attributeName)
    const link = bearsLink(pool.settings, { reason, medium })
      ? await this.#linkFor(pool, origin, code)
      : undefined
    if (link === 'no-domain') return refused('invalid-parameter', NO_DOMAIN)
    const text = messageText(pool.settings, { reason, medium, username, code, custom, link })
    const message: Message = {
      medium,
      destination: contact.value,
      subject: text.subject,
      body: text.body,
      reason,
      username,
      code,
    }
    return this.#hand(pool, origin, { message, contact, stored })
  }

  async #hand(
    pool: Pool,
    origin: MessageOrigin,
    handed: {
      readonly message: Message
      readonly contact: Contact
      readonly stored: StoredCode | undefined
    },
  ): Promise<SentMessage | Refused> {
    const { message, contact, stored } = handed
    const delivery = deliveryOf(contact)
    if (!this.leaves(pool, contact)) {
      const kept = await this.#forOutbox(pool, message)
      return { kind: 'sent', delivery, code: stored, kept }
    }
    const refusal = await this.#carry(pool, message, origin)
    return refusal ?? { kind: 'sent', delivery, code: stored, kept: undefined }
  }

  // Cognito: developer guide, "Configuring verification and invitation messages", 2026: the form of
  // the link, its slash before the query included.
  async #linkFor(pool: Pool, origin: MessageOrigin, code: string): Promise<string | 'no-domain'> {
    const page = await this.#options.confirmationPage(pool)
    if (page === undefined) return 'no-domain'
    const query = new URLSearchParams({
      client_id: origin.client?.clientId ?? '',
      user_name: origin.user.username,
      confirmation_code: code,
    })
    return `${page}?${query}`
  }

  /** Hands a message to its sender; returns why it was not taken. */
  async #carry(pool: Pool, message: Message, origin: MessageOrigin): Promise<Refused | undefined> {
    const { routes, clock, log, logDelivery } = this.#options
    const { medium, reason } = message
    const sender = required(routes.senderOf(pool, medium), 'a sender')
    const startedAtMs = clock.nowMs()
    const end = (isTaken: boolean) => {
      const durationMs = clock.nowMs() - startedAtMs
      this.#history.add(keyOf(pool, medium), { durationMs, isTaken })
    }
    try {
      await sender.send(pool, message, origin)
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error
      end(false)
      const { requestId } = origin.request
      log.warn('a message was not delivered', { requestId, poolId: pool.id, medium, reason, error })
      const details = `${medium} of ${reason} was not delivered: ${error.message}`
      logDelivery.deliver(pool, 'userNotification', { details })
      return error.failure === 'daily-quota'
        ? refused('daily-quota')
        : refused('code-not-delivered', medium)
    }
    end(true)
    return undefined
  }

  async #forOutbox(pool: Pool, message: Message): Promise<OutboxMessage> {
    const { poolKeys, clock, random, metrics } = this.#options
    const messageId = random.uuid()
    const messageSealed = await sealOutboxMessage(poolKeys, pool, messageId, message)
    const labels = { medium: message.medium, transport: 'outbox', result: 'kept' }
    metrics.count('twinpool_messages_total', labels)
    return { poolId: pool.id, messageId, messageSealed, createdAtMs: clock.nowMs() }
  }
}

function mediumOf(attributeName: Contact['attributeName']): Medium {
  return attributeName === 'email' ? 'EMAIL' : 'SMS'
}

const keyOf = (pool: Pool, medium: Medium) => `${pool.id}:${medium}`

const isSignIn = (purpose: CountedFor['purpose']) => purpose.startsWith('sign-in:')

/** Codes of all sign-ins count together. */
function countedAs(purpose: CountedFor['purpose']): string {
  return isSignIn(purpose) ? 'sign-in' : purpose
}

function lifeMsOf(purpose: CodePurpose): number {
  return purpose === 'forgot-password' ? RESET_CODE_LIFE_MS : CODE_LIFE_MS
}
