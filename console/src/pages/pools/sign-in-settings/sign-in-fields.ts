// How users sign in and up, by groups: settings of the pool that follow its primary Region.
import type { Choice, Field } from '../../../parts/field.js'

const POLICY = 'Policies.PasswordPolicy'

export const PASSWORDS: readonly Field[] = [
  { path: `${POLICY}.MinimumLength`, label: 'Minimum length', kind: 'number', hint: '6 to 99.' },
  { path: `${POLICY}.RequireLowercase`, label: 'Lowercase letters', kind: 'flag' },
  { path: `${POLICY}.RequireUppercase`, label: 'Uppercase letters', kind: 'flag' },
  { path: `${POLICY}.RequireNumbers`, label: 'Numbers', kind: 'flag' },
  { path: `${POLICY}.RequireSymbols`, label: 'Symbols', kind: 'flag' },
  {
    path: `${POLICY}.PasswordHistorySize`,
    label: 'Last passwords that cannot be used again',
    hint: '0 to 24; needs the plan Essentials or Plus.',
    kind: 'number',
    absent: 'None',
  },
  {
    path: `${POLICY}.TemporaryPasswordValidityDays`,
    label: 'Temporary passwords are valid (days)',
    kind: 'number',
  },
]

export const FIRST_FACTORS: readonly Field[] = [
  {
    path: 'Policies.SignInPolicy.AllowedFirstAuthFactors',
    label: 'First factors',
    kind: 'choices',
    hint: 'All but the password need the plan Essentials or Plus, and clients ALLOW_USER_AUTH.',
    choices: [
      { value: 'PASSWORD', label: 'Password' },
      { value: 'EMAIL_OTP', label: 'Code by email' },
      { value: 'SMS_OTP', label: 'Code by text message' },
      { value: 'WEB_AUTHN', label: 'Passkey' },
    ],
  },
  {
    path: 'UsernameAttributes',
    label: 'Signs in instead of a user name',
    kind: 'lines',
    absent: 'Nothing',
    isFixed: true,
  },
  {
    path: 'AliasAttributes',
    label: 'Signs in besides the user name',
    kind: 'lines',
    absent: 'Nothing',
    isFixed: true,
  },
]

const remembered = (challenge: boolean, asks: boolean): Choice => ({
  value: { ChallengeRequiredOnNewDevice: challenge, DeviceOnlyRememberedOnUserPrompt: asks },
  label: `${asks ? 'Remembered if the user wants' : 'Remembered always'}, ${
    challenge ? 'and known devices skip MFA' : 'and MFA is asked for all the same'
  }`,
})

const recovery = (label: string, ...names: readonly string[]): Choice => ({
  label,
  value: { RecoveryMechanisms: names.map((Name, index) => ({ Name, Priority: index + 1 })) },
})

const EMAIL_AND_PHONE: readonly Choice[] = [
  { value: 'email', label: 'Email address' },
  { value: 'phone_number', label: 'Phone number' },
]

export const ACCOUNTS: readonly Field[] = [
  {
    path: 'AdminCreateUserConfig.AllowAdminCreateUserOnly',
    label: 'New users',
    kind: 'choice',
    choices: [
      { value: false, label: 'Sign up themselves' },
      { value: true, label: 'Are created by administrators only' },
    ],
  },
  {
    path: 'AutoVerifiedAttributes',
    label: 'Verified by a code at sign-up',
    kind: 'choices',
    choices: EMAIL_AND_PHONE,
    absent: 'Nothing',
  },
  {
    path: 'UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate',
    label: 'Keep the old value until the new one is verified',
    kind: 'choices',
    choices: EMAIL_AND_PHONE,
    absent: 'Nothing',
  },
  {
    path: 'AccountRecoverySetting',
    label: 'A forgotten password comes back by',
    kind: 'choice',
    choices: [
      recovery('Email, or else a text message', 'verified_email', 'verified_phone_number'),
      recovery('A text message, or else email', 'verified_phone_number', 'verified_email'),
      recovery('Email only', 'verified_email'),
      recovery('A text message only', 'verified_phone_number'),
      recovery('Administrators only', 'admin_only'),
    ],
  },
  {
    path: 'DeviceConfiguration',
    label: 'Devices',
    kind: 'choice',
    choices: [
      { value: undefined, label: 'Not remembered' },
      remembered(true, false),
      remembered(true, true),
      remembered(false, false),
      remembered(false, true),
    ],
  },
]

export const PLAN: readonly Field[] = [
  {
    path: 'UserPoolTier',
    label: 'Plan',
    kind: 'choice',
    choices: [
      { value: 'LITE', label: 'Lite', hint: 'Without replication.' },
      { value: 'ESSENTIALS', label: 'Essentials' },
      { value: 'PLUS', label: 'Plus', hint: 'With threat protection.' },
    ],
  },
  {
    path: 'DeletionProtection',
    label: 'Deletion protection',
    kind: 'choice',
    choices: [
      { value: 'ACTIVE', label: 'On: the pool cannot be deleted' },
      { value: 'INACTIVE', label: 'Off' },
    ],
  },
]

const MODES: readonly Choice[] = [
  { value: 'AUDIT', label: 'Audit: risks are recorded' },
  { value: 'ENFORCED', label: 'Full: risks are acted on' },
]

export const THREATS: readonly Field[] = [
  {
    path: 'UserPoolAddOns.AdvancedSecurityMode',
    label: 'Standard sign-ins',
    kind: 'choice',
    choices: [
      { value: undefined, label: 'Not set, which is off' },
      { value: 'OFF', label: 'Off' },
      ...MODES,
    ],
  },
  {
    path: 'UserPoolAddOns.AdvancedSecurityAdditionalFlows.CustomAuthMode',
    label: 'Custom sign-ins',
    kind: 'choice',
    choices: [{ value: undefined, label: 'Not set, which is off' }, ...MODES],
  },
]
