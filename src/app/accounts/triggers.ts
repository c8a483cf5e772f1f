// Where the flows of accounts call the customer's code. Never in a transaction: it may take
// seconds, and would hold a connection of the database for as long.

import {
  bearsLink,
  type CustomTexts,
  canSend,
  type MessageReason,
} from '#domain/message/templates.js'
import type { User } from '#domain/user/user.js'
import { type PostConfirmationEvent, TriggerError, type TriggerEvent } from '#ports/triggers.js'
import type { AccountContext, AccountOutcome, AccountServices } from './services.js'

type Deps = Pick<AccountServices, 'triggers'>

/** What every event has; a client's secrets, which some contexts carry, are no part of it. */
export function eventOf({ pool, client, request }: TriggerEvent): TriggerEvent {
  return { pool, client, request }
}

/** The texts that the customer's code has for a message. To be asked for before the message is. */
export async function customTexts(
  { triggers }: Deps,
  context: TriggerEvent,
  user: User,
  reason: MessageReason,
): Promise<CustomTexts | undefined> {
  const source = `CustomMessage_${reason}` as const
  const texts = await triggers.customMessage({ ...eventOf(context), source, user })
  const isLink = bearsLink(context.pool.settings, { reason, medium: 'EMAIL' })
  if (texts !== undefined && !canSend(reason, texts, { isLink })) {
    throw new TriggerError(
      'CustomMessage',
      'invalid-response',
      'a text lacks a place or is too long',
    )
  }
  return texts
}

/** Reports a user who was confirmed. What is written stays, whatever the customer's code says. */
export async function afterConfirmation(
  { triggers }: Deps,
  context: AccountContext,
  source: PostConfirmationEvent['source'],
  outcome: AccountOutcome,
): Promise<AccountOutcome> {
  if (outcome.kind === 'done') {
    await triggers.postConfirmation({ ...eventOf(context), source, user: outcome.user })
  }
  return outcome
}
