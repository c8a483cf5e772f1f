// Texts of codes and invitations. A pool's templates carry the places {####} for the code and
// {username}, or {##text##} for a link that bears the code; a pool without templates gets the
// service's short defaults. The body of an email is HTML: what is filled in stays text, so that a
// password or a name cannot become markup.
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

// Cognito: developer guide, "Configuring verification and invitation messages", 2026.
const LINK_TEXTS = {
  subject: 'Your verification link',
  body: 'Please click the link below to verify your email address. {##Verify Email##}',
}
const LINK_PLACE = /\{##(.*?)##\}/gs

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
    /** The address that confirms, where the message is to bear a link (`bearsLink`). */
    readonly link?: string | undefined
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
  const { link } = message
  const texts =
    link === undefined
      ? { ...defaults.email, own: [template?.emailSubject, template?.emailMessage] }
      : { ...LINK_TEXTS, own: [template?.emailSubjectByLink, template?.emailMessageByLink] }
  const [ownSubject, ownBody] = texts.own
  return {
    subject: fill(custom?.emailSubject ?? ownSubject ?? texts.subject),
    body: fillHtml(custom?.emailMessage ?? ownBody ?? texts.body, message),
  }
}

/** Fills the places of an email's body. The text of a link is the template's, and so is markup. */
function fillHtml(
  text: string,
  { username, code, link }: { username: string; code: string; link?: string | undefined },
): string {
  const filled = text
    .replaceAll('{username}', () => escapedHtml(username))
    .replaceAll('{####}', () => escapedHtml(code))
  if (link === undefined) return filled
  return filled.replaceAll(
    LINK_PLACE,
    (_, shown: string) => `<a href="${escapedHtml(link)}">${shown}</a>`,
  )
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text as the HTML that shows it. */
export function escapedHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}

/** Whether a message confirms by a link; codes of other purposes are always typed. */
export function bearsLink(
  settings: {
    readonly verificationMessageTemplate?:
      | { readonly defaultEmailOption?: string | undefined }
      | undefined
  },
  { reason, medium }: { readonly reason: MessageReason; readonly medium: 'EMAIL' | 'SMS' },
): boolean {
  const isSignUp = reason === 'SignUp' || reason === 'ResendCode'
  const option = settings.verificationMessageTemplate?.defaultEmailOption
  return isSignUp && medium === 'EMAIL' && option === 'CONFIRM_WITH_LINK'
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
export function canSend(
  reason: MessageReason,
  { smsMessage, emailMessage }: CustomTexts,
  { isLink = false }: { readonly isLink?: boolean } = {},
): boolean {
  const places = reason === 'AdminCreateUser' ? ['{####}', '{username}'] : ['{####}']
  const isFit = (text: string | undefined, lengthMax: number) =>
    text === undefined ||
    (text.length <= lengthMax && places.every((place) => text.includes(place)))
  if (!isFit(smsMessage, SMS_LENGTH_MAX)) return false
  const bears = isLink && emailMessage !== undefined && emailMessage.search(LINK_PLACE) >= 0
  if (bears) return emailMessage.length <= EMAIL_LENGTH_MAX
  return isFit(emailMessage, EMAIL_LENGTH_MAX)
}
