// Where codes and invitations go. The outbox driver keeps them for `twinpool outbox`; senders of
// real mail and text messages stand behind the same port.
import type { Pool } from './capability.js'

/** A message to a user. */
export interface Message {
  readonly medium: 'EMAIL' | 'SMS'
  /** Address or E.164 number. */
  readonly destination: string
  readonly subject: string | undefined
  readonly body: string
  /** Why it is sent, such as `CustomMessage_SignUp`'s `SignUp`. */
  readonly reason: string
  readonly username: string
  /** The code inside `body`, so that the outbox can show it apart. */
  readonly code: string | undefined
}

/** Delivers a message or throws DependencyError. */
export interface MessageSender {
  send(pool: Pool, message: Message): Promise<void>
}
