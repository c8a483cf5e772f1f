// What each Region of a pool has of its own: who sends its messages, which functions it calls, and
// where it exports events to; and the texts of messages, which all Regions share.
import { type Structure, valueAt } from '#domain/settings/resent.js'
import type { Field } from '../../../parts/field.js'

export const EMAIL: readonly Field[] = [
  {
    path: 'EmailConfiguration.EmailSendingAccount',
    label: 'Emails are sent',
    kind: 'choice',
    choices: [
      { value: undefined, label: "By the service's own sender" },
      { value: 'COGNITO_DEFAULT', label: "By the service's own sender (COGNITO_DEFAULT)" },
      { value: 'DEVELOPER', label: 'By an identity of Amazon SES (DEVELOPER)' },
    ],
  },
  {
    path: 'EmailConfiguration.SourceArn',
    label: 'SES identity (ARN)',
    kind: 'text',
    placeholder: 'arn:aws:ses:us-west-2:123456789012:identity/example.com',
  },
  {
    path: 'EmailConfiguration.From',
    label: 'Email from',
    kind: 'text',
    placeholder: 'Example <no-reply@example.com>',
  },
  { path: 'EmailConfiguration.ReplyToEmailAddress', label: 'Email reply to', kind: 'text' },
  { path: 'EmailConfiguration.ConfigurationSet', label: 'SES configuration set', kind: 'text' },
]

export const SMS: readonly Field[] = [
  {
    path: 'SmsConfiguration.SnsCallerArn',
    label: 'SMS role (ARN)',
    kind: 'text',
    hint: 'Stored as Cognito does; the node publishes with its own credentials.',
    placeholder: 'arn:aws:iam::123456789012:role/sms',
  },
  { path: 'SmsConfiguration.ExternalId', label: 'SMS external ID', kind: 'text' },
  { path: 'SmsConfiguration.SnsRegion', label: 'SNS Region', kind: 'text' },
]

const functionAt = (path: string, label: string): Field => ({
  path: `LambdaConfig.${path}`,
  label,
  kind: 'text',
  absent: 'None',
  placeholder: 'arn:aws:lambda:us-west-2:123456789012:function:name',
})

export const TRIGGERS: readonly Field[] = [
  functionAt('PreSignUp', 'Pre sign-up'),
  functionAt('PostConfirmation', 'Post confirmation'),
  functionAt('PreAuthentication', 'Pre authentication'),
  functionAt('PostAuthentication', 'Post authentication'),
  functionAt('DefineAuthChallenge', 'Define auth challenge'),
  functionAt('CreateAuthChallenge', 'Create auth challenge'),
  functionAt('VerifyAuthChallengeResponse', 'Verify auth challenge response'),
  functionAt('UserMigration', 'Migrate user'),
  functionAt('CustomMessage', 'Custom message'),
  functionAt('PreTokenGenerationConfig.LambdaArn', 'Pre token generation'),
  {
    path: 'LambdaConfig.PreTokenGenerationConfig.LambdaVersion',
    label: 'Pre token generation, event version',
    kind: 'choice',
    choices: [
      { value: 'V1_0', label: 'V1_0: ID token' },
      { value: 'V2_0', label: 'V2_0: access token too' },
      { value: 'V3_0', label: 'V3_0: tokens of machines too' },
    ],
    isShown: (pool) =>
      valueAt(pool, 'LambdaConfig.PreTokenGenerationConfig.LambdaArn') !== undefined,
  },
  functionAt('CustomEmailSender.LambdaArn', 'Custom email sender'),
  functionAt('CustomSMSSender.LambdaArn', 'Custom SMS sender'),
  {
    path: 'LambdaConfig.KMSKeyID',
    label: 'Key for the codes of custom senders (ARN)',
    kind: 'text',
    absent: 'None',
  },
]

export const LOGS: readonly Field[] = [
  {
    path: 'Logs.userNotification',
    label: 'Errors of messages',
    kind: 'text',
    absent: 'Not exported',
    hint: 'The ARN of a log group of CloudWatch Logs.',
    placeholder: 'arn:aws:logs:us-west-2:123456789012:log-group:name',
  },
  {
    path: 'Logs.userAuthEvents',
    label: 'Sign-ins and their risks',
    kind: 'text',
    absent: 'Not exported',
    hint: 'The ARN of a log group, a delivery stream or a bucket; needs the plan Plus.',
    placeholder: 'arn:aws:firehose:us-west-2:123456789012:deliverystream/name',
  },
]

const VERIFICATION = 'VerificationMessageTemplate'
const INVITATION = 'AdminCreateUserConfig.InviteMessageTemplate'
const isByLink = (pool: Structure) =>
  valueAt(pool, `${VERIFICATION}.DefaultEmailOption`) === 'CONFIRM_WITH_LINK'
const USUAL = { absent: 'The usual one' } as const

export const TEMPLATES: readonly Field[] = [
  {
    path: `${VERIFICATION}.DefaultEmailOption`,
    label: 'Emails verify by',
    kind: 'choice',
    choices: [
      { value: 'CONFIRM_WITH_CODE', label: 'A code' },
      { value: 'CONFIRM_WITH_LINK', label: 'A link' },
    ],
  },
  {
    path: `${VERIFICATION}.EmailSubject`,
    label: 'Verification: subject',
    kind: 'text',
    ...USUAL,
  },
  {
    path: `${VERIFICATION}.EmailMessage`,
    label: 'Verification: email',
    kind: 'multiline',
    hint: 'HTML, with {####} where the code is.',
    ...USUAL,
  },
  {
    path: `${VERIFICATION}.EmailSubjectByLink`,
    label: 'Verification by link: subject',
    kind: 'text',
    isShown: isByLink,
    ...USUAL,
  },
  {
    path: `${VERIFICATION}.EmailMessageByLink`,
    label: 'Verification by link: email',
    kind: 'multiline',
    hint: 'HTML, with {##Verify##} where the link is.',
    isShown: isByLink,
    ...USUAL,
  },
  {
    path: `${VERIFICATION}.SmsMessage`,
    label: 'Verification: text message',
    kind: 'text',
    hint: 'With {####} where the code is.',
    ...USUAL,
  },
  {
    path: 'SmsAuthenticationMessage',
    label: 'Sign-in: text message',
    kind: 'text',
    hint: 'With {####} where the code is. The text of the second factor comes before it.',
    ...USUAL,
  },
  { path: `${INVITATION}.EmailSubject`, label: 'Invitation: subject', kind: 'text', ...USUAL },
  {
    path: `${INVITATION}.EmailMessage`,
    label: 'Invitation: email',
    kind: 'multiline',
    hint: 'HTML, with {username} and with {####} where the password is.',
    ...USUAL,
  },
  {
    path: `${INVITATION}.SMSMessage`,
    label: 'Invitation: text message',
    kind: 'text',
    hint: 'With {username} and {####}.',
    ...USUAL,
  },
]
