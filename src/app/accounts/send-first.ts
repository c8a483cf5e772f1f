// The order in which messages and changes happen: the change is rehearsed, which refuses what it
// would refuse; what the messages count for is reserved; the customer's code is asked for texts;
// the messages go out; the change and their codes are written together. Whatever fails leaves
// nothing, and gives back what was reserved for messages that were not sent. When the last step
// fails, or the process ends before it, a message is out whose code opens nothing, and it stays
// counted.
//
// The outbox is in the database, so its messages are part of the last step, and there is nothing to
// rehearse for: the change itself refuses before anybody has seen a message.

import type { SentMessage } from '#app/messages/codes.js'
import type { CountedFor, OutgoingCode } from '#app/messages/deliveries.js'
import type { BoundFlows } from '#app/unit-of-work.js'
import type { Contact, Delivery } from '#domain/message/contact.js'
import type { MessageReason } from '#domain/message/templates.js'
import { type Refused, refused } from '#domain/refusal.js'
import type { User } from '#domain/user/user.js'
import type { TriggerEvent } from '#ports/triggers.js'
import type { AccountOutcome, AccountServices } from './services.js'
import { customTexts } from './triggers.js'

type Deps = Pick<AccountServices, 'codes' | 'poolWork' | 'deliveries' | 'triggers'>

/** A message that goes out before a change is written. */
export interface MessageFirst {
  readonly reason: MessageReason
  readonly contact: Contact
  /** A code that is to be made, or a password that was. */
  readonly carries:
    | ({ readonly kind: 'code' } & Pick<OutgoingCode, 'purpose' | 'digits' | 'lifeMs'>)
    | { readonly kind: 'password'; readonly password: string }
  /** Whether it counts among those that the user may ask for. */
  readonly isCounted: boolean
}

/** A change that is written, with one delivery for each message. */
export type SentOutcome =
  | { readonly kind: 'done'; readonly user: User; readonly deliveries: readonly Delivery[] }
  | Refused

/** What is sent and then written. `write` may be run more than once. */
export interface SendingChange {
  /** The user as the messages name it. */
  readonly user: User
  readonly messages: readonly MessageFirst[]
  /** Absent where the messages are all there is. */
  readonly write?: (bound: BoundFlows) => Promise<AccountOutcome>
}

/** Sends the messages, and then writes the change that they belong to. */
export async function sendThenWrite(
  deps: Deps,
  context: TriggerEvent,
  { user, messages, write }: SendingChange,
): Promise<SentOutcome> {
  const { codes, poolWork, deliveries } = deps
  const { pool } = context
  if (write !== undefined && messages.some(({ contact }) => deliveries.leaves(pool, contact))) {
    const rehearsed = await poolWork.rehearse(pool, write)
    if (rehearsed.kind === 'refused') return rehearsed
  }
  const sent = await sendAll(deps, context, user, messages)
  if ('reason' in sent) return sent
  const [only, ...others] = sent
  if (write === undefined && only !== undefined && others.length === 0) {
    // One statement, which needs no transaction.
    await codes.record(pool, only)
    return { kind: 'done', user, deliveries: [only.delivery] }
  }
  return poolWork.run(pool, async (bound) => {
    const outcome = write === undefined ? { kind: 'done' as const, user } : await write(bound)
    if (outcome.kind === 'refused') return outcome
    for (const message of sent) await bound.codes.record(pool, message)
    return {
      kind: 'done',
      user: outcome.user,
      deliveries: sent.map(({ delivery }) => delivery),
    }
  })
}

/** The same for one message or none. */
export function toAccountOutcome(outcome: SentOutcome): AccountOutcome {
  if (outcome.kind === 'refused') return outcome
  return { kind: 'done', user: outcome.user, delivery: outcome.deliveries[0] }
}

async function sendAll(
  deps: Deps,
  context: TriggerEvent,
  user: User,
  messages: readonly MessageFirst[],
): Promise<readonly SentMessage[] | Refused> {
  const { deliveries } = deps
  const { pool } = context
  const reserved: CountedFor[] = []
  const sent: SentMessage[] = []
  let isFinished = false
  try {
    for (const message of messages) {
      const counted = countedFor(user, message)
      if (counted === undefined) continue
      if (!(await deliveries.reserve(pool, counted))) return refused('too-many-codes')
      reserved.push(counted)
    }
    for (const message of messages) {
      const outcome = await sendOne(deps, context, user, message)
      if (outcome.kind === 'refused') return outcome
      sent.push(outcome)
      const counted = countedFor(user, message)
      if (counted !== undefined) reserved.shift()
    }
    isFinished = true
    return sent
  } finally {
    if (!isFinished) for (const counted of reserved) await deliveries.giveBack(pool, counted)
  }
}

async function sendOne(
  deps: Deps,
  context: TriggerEvent,
  user: User,
  { reason, contact, carries }: MessageFirst,
): Promise<SentMessage | Refused> {
  const { pool, client, request } = context
  const custom = await customTexts(deps, context, user, reason)
  const origin = { client, request, user }
  const outgoing = { reason, contact, custom }
  return carries.kind === 'code'
    ? deps.deliveries.sendCode(pool, origin, { ...outgoing, ...carries })
    : deps.deliveries.sendPassword(pool, origin, { ...outgoing, password: carries.password })
}

function countedFor({ sub }: User, { carries, isCounted }: MessageFirst): CountedFor | undefined {
  return isCounted && carries.kind === 'code' ? { sub, purpose: carries.purpose } : undefined
}
