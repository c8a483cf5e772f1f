// Where codes and invitations go. A Region's settings and a pool's say who carries a message: a
// sender, which is called outside of transactions and before the change that the message belongs
// to is written, or the outbox, whose rows are written together with that change.
import type { RequestContext } from '#domain/request-context.js'
import type { User } from '#domain/user/user.js'
import type { Pool } from './capability.js'
import type { Client } from './directory.js'

/** What a message is. */
export type Medium = 'EMAIL' | 'SMS'

/** A message to a user. */
export interface Message {
  readonly medium: Medium
  /** Address or E.164 number. */
  readonly destination: string
  readonly subject: string | undefined
  /** Of an email it is HTML. */
  readonly body: string
  /** Why it is sent, such as `CustomMessage_SignUp`'s `SignUp`. */
  readonly reason: string
  readonly username: string
  /** The code inside `body`, so that the outbox can show it apart. */
  readonly code: string | undefined
}

/** For whom and for which request a message is sent, for a sender that is the customer's code. */
export interface MessageOrigin {
  readonly client: Client | undefined
  readonly request: RequestContext
  readonly user: User
}

/** Why a message was not taken; `daily-quota`: the default sender has sent what a day allows. */
export type DeliveryFailure = 'not-delivered' | 'daily-quota'

/** A message was not taken by whoever was to carry it. `message` and `cause` are for the log. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError'
  readonly failure: DeliveryFailure

  constructor(message: string, options: { cause?: unknown; failure?: DeliveryFailure } = {}) {
    super(message, { cause: options.cause })
    this.failure = options.failure ?? 'not-delivered'
  }
}

/** Carries messages. It resolves when the message was taken, and else throws DeliveryError. */
export interface MessageSender {
  /** `origin` is absent for a message that tests the way. */
  send(pool: Pool, message: Message, origin: MessageOrigin | undefined): Promise<void>
}

/** Who carries the messages of a pool in this Region. */
export interface MessageRoutes {
  /** Undefined: the outbox keeps them. */
  senderOf(pool: Pool, medium: Medium): MessageSender | undefined
}
