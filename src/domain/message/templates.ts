// Texts of codes and invitations. A pool's templates carry the places {####} for the code and
// {username}; a pool without templates gets the service's short defaults.
import type { MessageTemplate } from '../pool/settings.js'

/** What the message is about. */
export type MessageReason =
  | 'SignUp'
  | 'ResendCode'
  | 'ForgotPassword'
  | 'AdminCreateUser'
  | 'VerifyUserAttribute'
  | 'UpdateUserAttribute'

/** A message that is ready to be sent; SMS have no subject. */
export interface MessageText {
  readonly subject: string | undefined
  readonly body: string
}

const CODE_TEXTS = {
  email: { subject: 'Your verification code', body: 'Your confirmation code is {####}' },
  sms: 'Your verification code is {####}',
}

const RESET_TEXTS = {
  email: { subject: 'Your verification code', body: 'Your password reset code is {####}' },
  sms: 'Your password reset code is {####}',
}

const INVITATION_TEXTS = {
  email: {
    subject: 'Your temporary password',
    body: 'Your username is {username} and temporary password is {####}.',
  },
  sms: 'Your username is {username} and temporary password is {####}.',
}

/** The text of a message with its places filled. */
export function messageText(
  settings: {
    readonly inviteMessageTemplate?: MessageTemplate | undefined
    readonly verificationMessageTemplate?: MessageTemplate | undefined
  },
  message: {
    readonly reason: MessageReason
    readonly medium: 'EMAIL' | 'SMS'
    readonly username: string
    readonly code: string
  },
): MessageText {
  const isInvitation = message.reason === 'AdminCreateUser'
  const template = isInvitation
    ? settings.inviteMessageTemplate
    : settings.verificationMessageTemplate
  const defaults = isInvitation
    ? INVITATION_TEXTS
    : message.reason === 'ForgotPassword'
      ? RESET_TEXTS
      : CODE_TEXTS
  // A function as replacement: `$&` in a user name must stay what it is.
  const fill = (text: string) =>
    text.replaceAll('{username}', () => message.username).replaceAll('{####}', () => message.code)
  if (message.medium === 'SMS') {
    return { subject: undefined, body: fill(template?.smsMessage ?? defaults.sms) }
  }
  return {
    subject: fill(template?.emailSubject ?? defaults.email.subject),
    body: fill(template?.emailMessage ?? defaults.email.body),
  }
}
