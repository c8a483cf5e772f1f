// Structures that settings of a pool are made of, each with its shape as it is stored.
import { always, count, type Decoded, flag, orElse, struct, text, word } from '../settings/shape.js'

/** What a password must look like (PasswordPolicyType). What a given one omits is not required. */
export const passwordPolicy = struct({
  minimumLength: orElse(count, 8),
  requireUppercase: orElse(flag, false),
  requireLowercase: orElse(flag, false),
  requireNumbers: orElse(flag, false),
  requireSymbols: orElse(flag, false),
  passwordHistorySize: count,
  temporaryPasswordValidityDays: count,
})
/** The policy that a password is checked against; a check has its own idea of what is absent. */
export type PasswordPolicy = Partial<NonNullable<Decoded<typeof passwordPolicy>>>

/** The policy of a pool that names none. */
export const DEFAULT_PASSWORD_POLICY = {
  minimumLength: 8,
  requireUppercase: true,
  requireLowercase: true,
  requireNumbers: true,
  requireSymbols: true,
  temporaryPasswordValidityDays: 7,
} as const satisfies PasswordPolicy

/** One attribute of the pool's schema (SchemaAttributeType). */
export const schemaAttribute = struct({
  name: always(text),
  attributeDataType: always(word<'String' | 'Number' | 'DateTime' | 'Boolean'>()),
  developerOnlyAttribute: orElse(flag, false),
  mutable: orElse(flag, true),
  required: orElse(flag, false),
  numberAttributeConstraints: struct({ minValue: text, maxValue: text }),
  stringAttributeConstraints: struct({ minLength: text, maxLength: text }),
})
/** An attribute as it is stored. */
export type SchemaAttribute = NonNullable<Decoded<typeof schemaAttribute>>

/** Attribute that signs a user in besides, or instead of, the user name. */
export type AliasAttribute = 'email' | 'phone_number' | 'preferred_username'

/** Attributes that sign users in; a newer version may have stored others. */
export const signInAttribute = word<AliasAttribute>()

const messageTexts = {
  smsMessage: text,
  emailMessage: text,
  emailSubject: text,
  emailMessageByLink: text,
  emailSubjectByLink: text,
}
/** Texts of an invitation, with their `{####}` and `{username}` places. */
export const messageTemplate = struct(messageTexts)
/** Texts of a code, likewise. */
export const verificationTemplate = struct({
  ...messageTexts,
  defaultEmailOption: orElse(text, 'CONFIRM_WITH_CODE'),
})
/** Texts of either. */
export type MessageTemplate = NonNullable<Decoded<typeof messageTemplate>>

/** What is wrong with an invitation's texts; undefined: nothing. */
export function invitationProblem(template: MessageTemplate | undefined): string | undefined {
  for (const name of ['emailMessage', 'smsMessage'] as const) {
    const text = template?.[name]
    if (text === undefined) continue
    const absent = ['{username}', '{####}'].find((place) => !text.includes(place))
    const member = name === 'smsMessage' ? 'SMSMessage' : 'EmailMessage'
    if (absent !== undefined) return `${member} of InviteMessageTemplate must have ${absent}.`
  }
  return undefined
}
