// A pool's global settings between the wire and the inside, with the service's defaults and the
// rules that hold between settings.

import { ApiError } from '#api/protocol/errors.js'
import type { Camel } from '#contract/case.js'
import { toCamel, toPascal } from '#contract/case.js'
import type { CognitoInput } from '#contract/types.js'
import type {
  GlobalSettings,
  MessageTemplate,
  PasswordPolicy,
  Tier,
} from '#domain/pool/settings.js'
import type { Pool } from '#ports/capability.js'

/** Global settings that UpdateUserPool takes. */
export const MUTABLE_MEMBERS = [
  'AccountRecoverySetting',
  'AcrConfiguration',
  'AdminCreateUserConfig',
  'AutoVerifiedAttributes',
  'DcrConfiguration',
  'DeletionProtection',
  'DeviceConfiguration',
  'EmailVerificationMessage',
  'EmailVerificationSubject',
  'MfaConfiguration',
  'Policies',
  'SmsAuthenticationMessage',
  'SmsVerificationMessage',
  'UserAttributeUpdateSettings',
  'UserPoolAddOns',
  'VerificationMessageTemplate',
] as const

export type MutableInput = Pick<CognitoInput<'UpdateUserPool'>, (typeof MUTABLE_MEMBERS)[number]>

/** Settings that stay as they were at the pool's creation. */
export type FixedSettings = Pick<
  StoredSettings,
  | 'aliasAttributes'
  | 'isCaseSensitive'
  | 'schemaAttributes'
  | 'usernameAttributes'
  | 'usernameConfiguration'
>

/** What a request is decided upon: fixed settings at creation, all settings at an update. */
export type SettingsBase = FixedSettings & Partial<StoredSettings>

/** Global settings with those that are only kept to be described. */
export interface StoredSettings extends GlobalSettings {
  /** As given at creation, if it was. */
  readonly usernameConfiguration?: { readonly caseSensitive: boolean } | undefined
  readonly acrConfiguration?: unknown
  readonly dcrConfiguration?: unknown
}

const DEFAULT_POLICY: PasswordPolicy = {
  minimumLength: 8,
  requireUppercase: true,
  requireLowercase: true,
  requireNumbers: true,
  requireSymbols: true,
}
const TEMPORARY_PASSWORD_DAYS = 7

// Cognito: release notes of the API, 2020-02 ("will default to verified_email first and
// verified_phone_number as the second option"); terraform-provider-aws's acceptance test of a pool
// that sets nothing expects one, 2025. An explicit empty setting keeps the older order.
const DEFAULT_RECOVERY = {
  recoveryMechanisms: [
    { priority: 1, name: 'verified_email' },
    { priority: 2, name: 'verified_phone_number' },
  ],
}

// Cognito: UpdateUserPool sets most omitted settings back to their defaults, as its reference says.
// MfaConfiguration and both policies stay as they are (measured against the service, go-to-k/cdkd
// #1968 and #1982, 2026-08), and so do UserAttributeUpdateSettings (terraform-provider-aws sends an
// empty list to turn them off, 2025).

/**
 * The settings that a request means, or its InvalidParameterException. What the request omits and
 * the service keeps is taken from `base`; the rest of the omitted settings get their defaults.
 */
export function globalSettings(input: MutableInput, base: SettingsBase): StoredSettings {
  const { Policies, AdminCreateUserConfig: invitation } = input
  const policy = passwordPolicy(
    Policies?.PasswordPolicy,
    invitation?.UnusedAccountValidityDays,
    base.passwordPolicy,
  )
  const settings: StoredSettings = {
    ...base,
    passwordPolicy: policy,
    signInPolicy: toCamel(Policies?.SignInPolicy) ??
      base.signInPolicy ?? { allowedFirstAuthFactors: ['PASSWORD'] },
    deletionProtection: input.DeletionProtection ?? 'INACTIVE',
    mfaConfiguration: input.MfaConfiguration ?? base.mfaConfiguration ?? 'OFF',
    autoVerifiedAttributes: input.AutoVerifiedAttributes ?? [],
    allowAdminCreateUserOnly: invitation?.AllowAdminCreateUserOnly ?? false,
    // The older name of the same number; the service describes both.
    unusedAccountValidityDays: policy.temporaryPasswordValidityDays,
    inviteMessageTemplate: invitationTemplate(invitation?.InviteMessageTemplate),
    verificationMessageTemplate: verificationTemplate(input),
    smsAuthenticationMessage: input.SmsAuthenticationMessage,
    attributesRequireVerificationBeforeUpdate: requireVerification(input, base),
    deviceConfiguration: toCamel(input.DeviceConfiguration),
    userPoolAddOns: toCamel(input.UserPoolAddOns),
    accountRecoverySetting: toCamel(input.AccountRecoverySetting) ?? DEFAULT_RECOVERY,
    acrConfiguration: toCamel(input.AcrConfiguration),
    dcrConfiguration: toCamel(input.DcrConfiguration),
  }
  return withoutUndefined(settings)
}

/** The request that would give a pool the settings it has. */
export function mutableInput(settings: StoredSettings): MutableInput {
  const template = settings.verificationMessageTemplate
  const input = {
    AccountRecoverySetting: toPascal(settings.accountRecoverySetting),
    AcrConfiguration: toPascal(settings.acrConfiguration),
    AdminCreateUserConfig: {
      AllowAdminCreateUserOnly: settings.allowAdminCreateUserOnly,
      UnusedAccountValidityDays: settings.unusedAccountValidityDays,
      InviteMessageTemplate: invitationShape(settings.inviteMessageTemplate),
    },
    AutoVerifiedAttributes: settings.autoVerifiedAttributes,
    DcrConfiguration: toPascal(settings.dcrConfiguration),
    DeletionProtection: settings.deletionProtection,
    DeviceConfiguration: toPascal(settings.deviceConfiguration),
    EmailVerificationMessage: template?.emailMessage,
    EmailVerificationSubject: template?.emailSubject,
    MfaConfiguration: settings.mfaConfiguration,
    Policies: {
      PasswordPolicy: toPascal(settings.passwordPolicy),
      SignInPolicy: toPascal(settings.signInPolicy),
    },
    SmsAuthenticationMessage: settings.smsAuthenticationMessage,
    SmsVerificationMessage: template?.smsMessage,
    UserAttributeUpdateSettings: updateSettings(settings),
    UserPoolAddOns: toPascal(settings.userPoolAddOns),
    VerificationMessageTemplate: toPascal(template),
  }
  // What is stored came through `globalSettings`, so its values are the wire's.
  return withoutUndefined(input) as MutableInput
}

/**
 * Refuses a customer managed key in the LITE tier. A pool of that tier that has one, from a version
 * that did not refuse it, may keep it.
 */
export function requireKeyTier(tier: Tier, kmsKeyArn: string | undefined, before?: Pool): void {
  if (tier !== 'LITE' || kmsKeyArn === undefined) return
  if (before !== undefined && before.tier !== 'LITE') {
    throw new ApiError(
      'TierChangeNotAllowedException',
      'A user pool with a customer managed key needs the ESSENTIALS or PLUS tier.',
    )
  }
  if (before?.kmsKeyArn === kmsKeyArn) return
  throw new ApiError(
    'FeatureUnavailableInTierException',
    'A customer managed key is not available in the LITE tier. ' +
      'Change the tier to ESSENTIALS or higher.',
  )
}

/** Refuses settings that the tier does not include. */
export function requireTier(tier: Tier, settings: StoredSettings): void {
  const unavailable = (what: string, plan: string): never => {
    throw new ApiError(
      'FeatureUnavailableInTierException',
      `${what} is not available in the ${tier} tier. Change the tier to ${plan} or higher.`,
    )
  }
  const addOns = settings.userPoolAddOns as { advancedSecurityMode?: string } | undefined
  const mode = addOns?.advancedSecurityMode
  if (tier !== 'PLUS' && mode !== undefined && mode !== 'OFF') {
    unavailable('Threat protection', 'PLUS')
  }
  if (tier !== 'LITE') return
  if (settings.passwordPolicy.passwordHistorySize) unavailable('Password history', 'ESSENTIALS')
  const factors = settings.signInPolicy?.allowedFirstAuthFactors ?? []
  if (factors.some((factor) => factor !== 'PASSWORD')) {
    unavailable('Choice-based sign-in', 'ESSENTIALS')
  }
  if (settings.dcrConfiguration !== undefined) {
    unavailable('Dynamic client registration', 'ESSENTIALS')
  }
  if (settings.acrConfiguration !== undefined) {
    unavailable('Step-up authentication', 'ESSENTIALS')
  }
}

/** As JSON keeps it: members that are undefined are not there. */
export function withoutUndefined<T extends object>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}

function passwordPolicy(
  given: NonNullable<MutableInput['Policies']>['PasswordPolicy'],
  unusedAccountValidityDays: number | undefined,
  existing: PasswordPolicy | undefined,
): PasswordPolicy {
  const days = given?.TemporaryPasswordValidityDays
  if (
    days !== undefined &&
    unusedAccountValidityDays !== undefined &&
    days !== unusedAccountValidityDays
  ) {
    throw invalid(
      'Please use TemporaryPasswordValidityDays in PasswordPolicy instead of ' +
        'UnusedAccountValidityDays',
    )
  }
  const kept = given === undefined ? existing?.temporaryPasswordValidityDays : undefined
  const temporaryPasswordValidityDays =
    days ?? unusedAccountValidityDays ?? kept ?? TEMPORARY_PASSWORD_DAYS
  if (given === undefined) {
    return { ...(existing ?? DEFAULT_POLICY), temporaryPasswordValidityDays }
  }
  return {
    minimumLength: given.MinimumLength ?? 8,
    requireUppercase: given.RequireUppercase ?? false,
    requireLowercase: given.RequireLowercase ?? false,
    requireNumbers: given.RequireNumbers ?? false,
    requireSymbols: given.RequireSymbols ?? false,
    passwordHistorySize: given.PasswordHistorySize,
    temporaryPasswordValidityDays,
  }
}

// Cognito: the older members are "no longer used" where the template has the text (API reference,
// 2026): terraform-provider-aws sends their old values beside a changed template.

/** The older members and the template are two names of the same texts; the template's counts. */
function verificationTemplate(input: MutableInput): MessageTemplate {
  const template = input.VerificationMessageTemplate
  return {
    ...templateOf(template),
    smsMessage: template?.SmsMessage ?? input.SmsVerificationMessage,
    emailMessage: template?.EmailMessage ?? input.EmailVerificationMessage,
    emailSubject: template?.EmailSubject ?? input.EmailVerificationSubject,
    defaultEmailOption: template?.DefaultEmailOption ?? 'CONFIRM_WITH_CODE',
  }
}

function templateOf(given: object | undefined): MessageTemplate | undefined {
  return given && (toCamel(given) as Camel<MessageTemplate>)
}

// The invitation's template names its text SMSMessage, the verification's SmsMessage.
type InvitationInput = NonNullable<
  NonNullable<MutableInput['AdminCreateUserConfig']>['InviteMessageTemplate']
>

function invitationTemplate(given: InvitationInput | undefined): MessageTemplate | undefined {
  if (given === undefined) return undefined
  const { SMSMessage: smsMessage, ...rest } = given
  return { ...templateOf(rest), smsMessage }
}

function invitationShape(template: MessageTemplate | undefined): InvitationInput | undefined {
  if (template === undefined) return undefined
  const { smsMessage: SMSMessage, emailMessage, emailSubject } = template
  return withoutUndefined({ SMSMessage, EmailMessage: emailMessage, EmailSubject: emailSubject })
}

function requireVerification(input: MutableInput, base: SettingsBase): readonly string[] {
  const autoVerified: readonly string[] = input.AutoVerifiedAttributes ?? []
  const given = input.UserAttributeUpdateSettings?.AttributesRequireVerificationBeforeUpdate
  if (given === undefined) {
    const kept = base.attributesRequireVerificationBeforeUpdate ?? []
    return kept.filter((name) => autoVerified.includes(name))
  }
  const other = given.find((name) => !autoVerified.includes(name))
  if (other !== undefined) {
    throw invalid(
      `AttributesRequireVerificationBeforeUpdate has ${other}, which is not in ` +
        'AutoVerifiedAttributes.',
    )
  }
  return given
}

/** Nothing for a pool that verifies no attribute before an update. */
function updateSettings(settings: StoredSettings) {
  const names = settings.attributesRequireVerificationBeforeUpdate
  return names.length === 0 ? undefined : { AttributesRequireVerificationBeforeUpdate: names }
}

function invalid(message: string): ApiError {
  return new ApiError('InvalidParameterException', message)
}
