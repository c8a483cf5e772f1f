// The settings of a user pool, a row for each (docs/adding-a-setting.md). Those of the primary
// Region follow it; email, SMS and Lambda settings are each Region's own, because what they name
// exists in one Region only. Names are the API's, uncapitalised, so that most cross between the
// wire and the inside as they are.

import { destinationOf } from '../log/delivery.js'
import { inEffect, refused, type SettingDecisions, stored } from '../settings/decisions.js'
import { anything, count, flag, list, orElse, struct, text, word } from '../settings/shape.js'
import {
  changedSettings,
  type GivenSettings,
  global,
  newSettings,
  regional,
  type SettingsOf,
} from '../settings/table.js'
import { describedLambdaConfig, lambdaConfig, lambdaConfigTier } from '../trigger/lambda-config.js'
import { acrProblem, acrShape, allAcrNames } from './acr-settings.js'
import { firstFactorProblem, mfaTable } from './mfa-settings.js'
import { recoveryProblem } from './recovery.js'
import { poolRiskTable, riskSenders } from './risk-settings.js'
import { sessionTable } from './session-settings.js'
import {
  DEFAULT_PASSWORD_POLICY,
  invitationProblem,
  messageTemplate,
  passwordPolicy,
  type SchemaAttribute,
  schemaAttribute,
  signInAttribute,
  verificationTemplate,
} from './structures.js'

export type {
  AliasAttribute,
  MessageTemplate,
  PasswordPolicy,
  SchemaAttribute,
} from './structures.js'

/** ORIGINAL names the pool's regional endpoint, UPDATED the issuer shared by all Regions. */
export type IssuerType = 'ORIGINAL' | 'UPDATED'

// Cognito: UpdateUserPool sets most omitted settings back to their defaults, as its reference says.
// MfaConfiguration and both policies stay as they are (measured against the service, go-to-k/cdkd
// #1968 and #1982, 2026-08), and so do UserAttributeUpdateSettings (terraform-provider-aws sends an
// empty list to turn them off, 2025).
const RESET = { UpdateUserPool: 'reset' } as const
const KEPT = { UpdateUserPool: 'kept' } as const

const dcr = refused('there is no registration endpoint')
const ownCredentials = 'the node publishes with its own credentials, and assumes no role'
const unlessEmpty = <T>(values: readonly T[]) => (values.length === 0 ? undefined : values)

/** Settings that follow the primary Region. */
export const globalTable = {
  passwordPolicy: global({
    wire: 'Policies.PasswordPolicy',
    shape: orElse(passwordPolicy, DEFAULT_PASSWORD_POLICY),
    changedBy: KEPT,
    tier: (policy) =>
      policy.passwordHistorySize ? { what: 'Password history', plan: 'ESSENTIALS' } : undefined,
  }),
  signInPolicy: global({
    wire: 'Policies.SignInPolicy',
    shape: orElse(struct({ allowedFirstAuthFactors: list(text) }), {
      allowedFirstAuthFactors: ['PASSWORD'],
    }),
    changedBy: KEPT,
    tier: ({ allowedFirstAuthFactors: factors = [] }) =>
      factors.some((one) => one !== 'PASSWORD')
        ? { what: 'Choice-based sign-in', plan: 'ESSENTIALS' }
        : undefined,
    decision: {
      AllowedFirstAuthFactors: inEffect,
    },
  }),
  deletionProtection: global({
    wire: 'DeletionProtection',
    shape: orElse(word<'ACTIVE' | 'INACTIVE'>(), 'INACTIVE'),
    changedBy: RESET,
  }),
  schemaAttributes: global({
    wire: 'Schema',
    shape: orElse(list(schemaAttribute), []),
    changedBy: {},
    isComputed: true,
    describedAs: 'SchemaAttributes',
  }),
  autoVerifiedAttributes: global({
    wire: 'AutoVerifiedAttributes',
    shape: orElse(list(text), []),
    changedBy: RESET,
    described: unlessEmpty,
  }),
  aliasAttributes: global({
    wire: 'AliasAttributes',
    shape: orElse(list(signInAttribute), []),
    changedBy: {},
    described: unlessEmpty,
  }),
  usernameAttributes: global({
    wire: 'UsernameAttributes',
    shape: orElse(list(signInAttribute), []),
    changedBy: {},
    described: unlessEmpty,
  }),
  isCaseSensitive: global({
    wire: 'UsernameConfiguration.CaseSensitive',
    // Cognito: API reference, UsernameConfigurationType, "This is the default value", 2026.
    shape: orElse(flag, true),
    changedBy: {},
    describedAs: undefined,
  }),
  // As given at creation, if it was.
  usernameConfiguration: global({
    wire: 'UsernameConfiguration',
    shape: struct({ caseSensitive: flag }),
    changedBy: {},
    decision: { CaseSensitive: inEffect },
  }),
  allowAdminCreateUserOnly: global({
    wire: 'AdminCreateUserConfig.AllowAdminCreateUserOnly',
    shape: orElse(flag, false),
    changedBy: RESET,
  }),
  // The older name of the policy's temporaryPasswordValidityDays; the service describes both.
  unusedAccountValidityDays: global({
    wire: 'AdminCreateUserConfig.UnusedAccountValidityDays',
    shape: count,
    changedBy: RESET,
  }),
  inviteMessageTemplate: global({
    wire: 'AdminCreateUserConfig.InviteMessageTemplate',
    shape: messageTemplate,
    changedBy: RESET,
    memberNames: { smsMessage: 'SMSMessage' },
  }),
  // Cognito: the older members are "no longer used" where the template has the text (API reference,
  // 2026): terraform-provider-aws sends their old values beside a changed template.
  verificationMessageTemplate: global({
    wire: 'VerificationMessageTemplate',
    shape: orElse(verificationTemplate, { defaultEmailOption: 'CONFIRM_WITH_CODE' }),
    changedBy: RESET,
    olderNames: {
      SmsVerificationMessage: 'smsMessage',
      EmailVerificationMessage: 'emailMessage',
      EmailVerificationSubject: 'emailSubject',
    },
    decision: {
      SmsMessage: inEffect,
      EmailMessage: inEffect,
      EmailSubject: inEffect,
      EmailMessageByLink: inEffect,
      EmailSubjectByLink: inEffect,
      DefaultEmailOption: inEffect,
    },
  }),
  ...mfaTable,
  ...sessionTable,
  attributesRequireVerificationBeforeUpdate: global({
    wire: 'UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate',
    shape: orElse(list(text), []),
    changedBy: KEPT,
    described: unlessEmpty,
  }),
  deviceConfiguration: global({
    wire: 'DeviceConfiguration',
    shape: struct({ challengeRequiredOnNewDevice: flag, deviceOnlyRememberedOnUserPrompt: flag }),
    changedBy: RESET,
    decision: {
      ChallengeRequiredOnNewDevice: inEffect,
      DeviceOnlyRememberedOnUserPrompt: inEffect,
    },
  }),
  ...poolRiskTable,
  accountRecoverySetting: global({
    wire: 'AccountRecoverySetting',
    shape: struct({ recoveryMechanisms: list(struct({ priority: orElse(count, 1), name: text })) }),
    // Cognito: release notes of the API, 2020-02 ("will default to verified_email first and
    // verified_phone_number as the second option"); terraform-provider-aws's acceptance test of a
    // pool that sets nothing expects one, 2025. An empty setting keeps the older order, and so does
    // a stored row without one.
    initial: {
      recoveryMechanisms: [
        { priority: 1, name: 'verified_email' },
        { priority: 2, name: 'verified_phone_number' },
      ],
    },
    changedBy: RESET,
    decision: { RecoveryMechanisms: inEffect },
  }),
  dcrConfiguration: global({
    wire: 'DcrConfiguration',
    shape: anything,
    changedBy: RESET,
    tier: () => ({ what: 'Dynamic client registration', plan: 'ESSENTIALS' }),
    decision: {
      EnableStatus: dcr,
      OpenDcrEnabled: dcr,
      AuthenticatedGrantTypes: dcr,
      OpenDcrGrantTypes: dcr,
      AllowedScopes: dcr,
    },
  }),
  acrConfiguration: global({
    wire: 'AcrConfiguration',
    shape: acrShape,
    changedBy: RESET,
    tier: () => ({ what: 'Step-up authentication', plan: 'ESSENTIALS' }),
  }),
  webAuthnConfiguration: global({
    wire: 'WebAuthnConfiguration',
    shape: struct({ relyingPartyId: text, userVerification: text, factorConfiguration: text }),
    changedBy: { SetUserPoolMfaConfig: 'reset' },
    describedAs: undefined,
    decision: {
      RelyingPartyId: inEffect,
      UserVerification: inEffect,
      FactorConfiguration: inEffect,
    },
  }),
}

/** Settings of one Region. */
export const regionalTable = {
  emailConfiguration: regional({
    wire: 'EmailConfiguration',
    shape: anything,
    changedBy: RESET,
    described: (email) => email ?? { emailSendingAccount: 'COGNITO_DEFAULT' },
    decision: {
      SourceArn: inEffect,
      ReplyToEmailAddress: inEffect,
      EmailSendingAccount: inEffect,
      From: inEffect,
      ConfigurationSet: inEffect,
    },
  }),
  smsConfiguration: regional({
    wire: 'SmsConfiguration',
    shape: anything,
    changedBy: RESET,
    decision: {
      SnsCallerArn: stored(ownCredentials),
      ExternalId: stored(ownCredentials),
      SnsRegion: inEffect,
      EumsSms: stored('text messages go through Amazon SNS'),
    },
  }),
  logConfigurations: regional({
    wire: 'LogConfigurations',
    shape: anything,
    changedBy: { SetLogDeliveryConfiguration: 'reset' },
    describedAs: undefined,
    // Cognito: developer guide, "Exporting logs from user pools", 2026.
    tier: (configurations) =>
      destinationOf(configurations, 'userAuthEvents') === undefined
        ? undefined
        : { what: 'The export of userAuthEvents', plan: 'PLUS' },
  }),
  riskSenders,
  lambdaConfig: regional({
    wire: 'LambdaConfig',
    shape: lambdaConfig,
    changedBy: RESET,
    described: describedLambdaConfig,
    tier: lambdaConfigTier,
    decision: {
      PreSignUp: inEffect,
      CustomMessage: inEffect,
      PostConfirmation: inEffect,
      PreAuthentication: inEffect,
      PostAuthentication: inEffect,
      DefineAuthChallenge: inEffect,
      CreateAuthChallenge: inEffect,
      VerifyAuthChallengeResponse: inEffect,
      PreTokenGeneration: inEffect,
      UserMigration: inEffect,
      PreTokenGenerationConfig: inEffect,
      CustomSMSSender: inEffect,
      CustomEmailSender: inEffect,
      KMSKeyID: inEffect,
      InboundFederation: refused('there is no sign-in through identity providers'),
    },
  }),
}

/** What requests say of a pool besides its settings. */
export const poolMembers: SettingDecisions = {
  PoolName: inEffect,
  UserPoolTags: inEffect,
  UserPoolTier: inEffect,
  'KeyConfiguration.KeyType': inEffect,
  'KeyConfiguration.KmsKeyArn': inEffect,
  'IssuerConfiguration.Type': inEffect,
  'SmsMfaConfiguration.SmsConfiguration': inEffect,
}

/** Settings of a pool that follow the primary Region. */
export type GlobalSettings = SettingsOf<typeof globalTable>
/** Settings of a pool that are this Region's own. */
export type RegionalSettings = SettingsOf<typeof regionalTable>

/** Settings, or what is wrong with those that were given, for their caller. */
export type PoolSettingsOutcome =
  | { readonly kind: 'settings'; readonly settings: GlobalSettings }
  | { readonly kind: 'problem'; readonly problem: string }

/** The settings of a new pool with this schema. */
export function newPoolSettings(
  given: GivenSettings,
  schemaAttributes: readonly SchemaAttribute[],
): PoolSettingsOutcome {
  return reconciled(newSettings(globalTable, given, { schemaAttributes }), given, undefined)
}

/** The settings of a pool after UpdateUserPool. */
export function updatedPoolSettings(
  given: GivenSettings,
  base: GlobalSettings,
): PoolSettingsOutcome {
  const settings = changedSettings(globalTable, 'UpdateUserPool', { given, base })
  return reconciled(settings, given, base)
}

/** Rules between settings: two names of one number, and attributes that both lists must have. */
function reconciled(
  settings: GlobalSettings,
  given: GivenSettings,
  base: GlobalSettings | undefined,
): PoolSettingsOutcome {
  const policy = given['passwordPolicy'] === undefined ? undefined : settings.passwordPolicy
  const days = policy?.temporaryPasswordValidityDays
  const unused = count.decode(given['unusedAccountValidityDays'], 'UnusedAccountValidityDays')
  if (days !== undefined && unused !== undefined && days !== unused) {
    return problem(
      'Please use TemporaryPasswordValidityDays in PasswordPolicy instead of ' +
        'UnusedAccountValidityDays',
    )
  }
  const kept = policy === undefined ? base?.passwordPolicy.temporaryPasswordValidityDays : undefined
  const validityDays =
    days ?? unused ?? kept ?? DEFAULT_PASSWORD_POLICY.temporaryPasswordValidityDays
  const { attributesRequireVerificationBeforeUpdate: held, autoVerifiedAttributes } = settings
  const other = held.find((name) => !autoVerifiedAttributes.includes(name))
  if (other !== undefined && given['attributesRequireVerificationBeforeUpdate'] !== undefined) {
    return problem(
      `AttributesRequireVerificationBeforeUpdate has ${other}, which is not in ` +
        'AutoVerifiedAttributes.',
    )
  }
  const wrong =
    firstFactorProblem(settings) ??
    (given['inviteMessageTemplate'] === undefined
      ? undefined
      : invitationProblem(settings.inviteMessageTemplate)) ??
    recoveryProblem(settings.accountRecoverySetting) ??
    acrProblem(settings.acrConfiguration)
  if (wrong !== undefined) return problem(wrong)
  return {
    kind: 'settings',
    settings: {
      ...settings,
      ...(settings.acrConfiguration && {
        acrConfiguration: allAcrNames(settings.acrConfiguration),
      }),
      passwordPolicy: {
        ...settings.passwordPolicy,
        temporaryPasswordValidityDays: validityDays,
      },
      unusedAccountValidityDays: validityDays,
      attributesRequireVerificationBeforeUpdate: held.filter((name) =>
        autoVerifiedAttributes.includes(name),
      ),
    },
  }
}

function problem(text: string): PoolSettingsOutcome {
  return { kind: 'problem', problem: text }
}
