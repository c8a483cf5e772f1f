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
  /** A code of a sign-in. */
  | 'Authentication'

/** A message that is ready to be sent; SMS have no subject. */
export interface MessageText {
  readonly subject: string | undefined
  readonly body: string
}

/** Texts of the customer's code for one message, in place of the pool's. */
export type CustomTexts = Partial<
  Pick<MessageTemplate, 'smsMessage' | 'emailMessage' | 'emailSubject'>
>

const SMS_LENGTH_MAX = 140
const EMAIL_LENGTH_MAX = 20_000

const CODE_TEXTS = {
  email: { subject: 'Your verification code', body: 'Your confirmation code is {####}' },
  sms: 'Your verification code is {####}',
}

// Cognito: API reference, SmsAuthenticationMessage and EmailMfaConfigType (defaults), 2026.
const SIGN_IN_TEXTS = {
  email: { subject: 'Your sign-in code', body: 'Your sign-in code is {####}' },
  sms: 'Your authentication code is {####}',
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

const DEFAULTS: Readonly<Record<MessageReason, typeof CODE_TEXTS>> = {
  SignUp: CODE_TEXTS,
  ResendCode: CODE_TEXTS,
  VerifyUserAttribute: CODE_TEXTS,
  UpdateUserAttribute: CODE_TEXTS,
  ForgotPassword: RESET_TEXTS,
  AdminCreateUser: INVITATION_TEXTS,
  Authentication: SIGN_IN_TEXTS,
}

/** Texts of codes of a sign-in by e-mail (EmailMfaConfiguration). */
interface EmailMfaTexts {
  readonly message?: string | undefined
  readonly subject?: string | undefined
}

/** The text of a message with its places filled. */
export function messageText(
  settings: {
    readonly inviteMessageTemplate?: MessageTemplate | undefined
    readonly verificationMessageTemplate?: MessageTemplate | undefined
    readonly smsAuthenticationMessage?: string | undefined
    readonly smsMfa?: { readonly smsAuthenticationMessage?: string | undefined } | undefined
    readonly emailMfa?: EmailMfaTexts | undefined
  },
  message: {
    readonly reason: MessageReason
    readonly medium: 'EMAIL' | 'SMS'
    readonly username: string
    readonly code: string
    readonly custom?: CustomTexts | undefined
  },
): MessageText {
  const template = templateFor(settings, message.reason)
  const defaults = DEFAULTS[message.reason]
  // A function as replacement: `$&` in a user name must stay what it is.
  const fill = (text: string) =>
    text.replaceAll('{username}', () => message.username).replaceAll('{####}', () => message.code)
  const { custom } = message
  if (message.medium === 'SMS') {
    const body = custom?.smsMessage ?? template?.smsMessage ?? defaults.sms
    return { subject: undefined, body: fill(body) }
  }
  return {
    subject: fill(custom?.emailSubject ?? template?.emailSubject ?? defaults.email.subject),
    body: fill(custom?.emailMessage ?? template?.emailMessage ?? defaults.email.body),
  }
}

function templateFor(
  settings: Parameters<typeof messageText>[0],
  reason: MessageReason,
): MessageTemplate | undefined {
  switch (reason) {
    case 'AdminCreateUser':
      return settings.inviteMessageTemplate
    case 'Authentication': {
      const { smsAuthenticationMessage, smsMfa, emailMfa: email } = settings
      const smsMessage = smsMfa?.smsAuthenticationMessage ?? smsAuthenticationMessage
      return { smsMessage, emailMessage: email?.message, emailSubject: email?.subject }
    }
    default:
      return settings.verificationMessageTemplate
  }
}

// Cognito: developer guide, "Custom message Lambda trigger", 2026.
/** Whether a message can be made of the texts: it must have its places, and not be too long. */
export function canSend(reason: MessageReason, { smsMessage, emailMessage }: CustomTexts): boolean {
  const places = reason === 'AdminCreateUser' ? ['{####}', '{username}'] : ['{####}']
  const isFit = (text: string | undefined, lengthMax: number) =>
    text === undefined ||
    (text.length <= lengthMax && places.every((place) => text.includes(place)))
  return isFit(smsMessage, SMS_LENGTH_MAX) && isFit(emailMessage, EMAIL_LENGTH_MAX)
}
