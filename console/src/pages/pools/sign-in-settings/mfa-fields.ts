// Multi-factor settings and those of passkeys, which have an operation of their own that replaces
// all of them.
import { type Structure, valueAt } from '#domain/settings/resent.js'
import { changed, type Field } from '../../../parts/field.js'

const isOn = (config: Structure) => (config['MfaConfiguration'] ?? 'OFF') !== 'OFF'
const has = (path: string) => (config: Structure) =>
  isOn(config) && valueAt(config, path) !== undefined

export const MFA: readonly Field[] = [
  {
    path: 'MfaConfiguration',
    label: 'Second factors',
    kind: 'choice',
    choices: [
      { value: 'OFF', label: 'Off' },
      { value: 'OPTIONAL', label: 'For users who have one' },
      { value: 'ON', label: 'Required of every user' },
    ],
  },
  {
    path: 'SoftwareTokenMfaConfiguration.Enabled',
    label: 'Authenticator apps',
    kind: 'flag',
    isShown: isOn,
  },
  {
    path: 'SmsMfaConfiguration',
    label: 'Text messages',
    kind: 'flag',
    isPresence: true,
    hint: 'Needs an SMS configuration in every Region (Messages).',
    isShown: isOn,
  },
  {
    path: 'SmsMfaConfiguration.SmsAuthenticationMessage',
    label: 'Text of the text message',
    kind: 'text',
    placeholder: 'Your code is {####}.',
    absent: 'The usual one',
    isShown: has('SmsMfaConfiguration'),
  },
  {
    path: 'EmailMfaConfiguration',
    label: 'Email',
    kind: 'flag',
    isPresence: true,
    hint: 'Needs the plan Essentials or Plus, and an email configuration of your own.',
    isShown: isOn,
  },
  {
    path: 'EmailMfaConfiguration.Subject',
    label: 'Subject of the email',
    kind: 'text',
    absent: 'The usual one',
    isShown: has('EmailMfaConfiguration'),
  },
  {
    path: 'EmailMfaConfiguration.Message',
    label: 'Text of the email',
    kind: 'multiline',
    placeholder: 'Your code is {####}.',
    absent: 'The usual one',
    isShown: has('EmailMfaConfiguration'),
  },
  {
    path: 'WebAuthnConfiguration.RelyingPartyId',
    label: 'Relying party of passkeys',
    kind: 'text',
    hint: 'The domain that passkeys are for.',
    placeholder: 'example.com',
  },
  {
    path: 'WebAuthnConfiguration.UserVerification',
    label: 'User verification of passkeys',
    kind: 'choice',
    choices: [
      { value: undefined, label: 'Not set' },
      { value: 'preferred', label: 'Preferred' },
      { value: 'required', label: 'Required' },
    ],
  },
  {
    path: 'WebAuthnConfiguration.FactorConfiguration',
    label: 'A passkey counts as',
    kind: 'choice',
    choices: [
      { value: undefined, label: 'Not set, which is one factor' },
      { value: 'SINGLE_FACTOR', label: 'One factor' },
      { value: 'MULTI_FACTOR_WITH_USER_VERIFICATION', label: 'Two, with user verification' },
    ],
  },
]

/** The input of SetUserPoolMfaConfig, which takes no factors where MFA is off. */
export function mfaInput(described: Structure, changes: Structure): Structure {
  const config = changed(described, changes)
  if (isOn(config)) return config
  const {
    SmsMfaConfiguration: _sms,
    SoftwareTokenMfaConfiguration: _app,
    EmailMfaConfiguration: _email,
    ...others
  } = config
  return others
}
