// What each setting of pools, app clients and domains does here: one table, from which unbuilt
// settings are refused, docs/compatibility.md lists those that are refused or only stored, and a
// test demands a decision for every setting that the SDK knows. What must stay true: a setting that
// would deny something (a trigger, a second factor) is in effect or refused, never only stored.
import { ApiError } from '#api/protocol/errors.js'

export type SettingDecision =
  | { readonly kind: 'in-effect' }
  /** Stored and described, and read by nothing; `note` says what is missing. */
  | { readonly kind: 'stored'; readonly note: string }
  /** NotImplementedException for `values`, or for any value when there are none. */
  | { readonly kind: 'refused'; readonly note: string; readonly values?: readonly string[] }

export type SettingOwner = 'pool' | 'client' | 'domain'

const inEffect: SettingDecision = { kind: 'in-effect' }
const stored = (note: string): SettingDecision => ({ kind: 'stored', note })
const refused = (note: string, ...values: string[]): SettingDecision =>
  values.length === 0 ? { kind: 'refused', note } : { kind: 'refused', note, values }

const trigger = refused('no Lambda trigger is called')
const email = stored('messages go to the outbox of the Region')
const sms = stored('messages go to the outbox of the Region')
const dcr = refused('there is no registration endpoint')
const passkey = stored('passkeys cannot be registered')
const device = stored('devices are not tracked')
const page = stored('there is no managed login')
const factor = refused('no sign-in asks for a second factor')
const customDomain = refused('only prefix domains are routed')

/** By path in the requests; items of lists have no step of their own. */
const decisions: Readonly<Record<SettingOwner, Readonly<Record<string, SettingDecision>>>> = {
  pool: {
    PoolName: inEffect,
    'Policies.PasswordPolicy': inEffect,
    'Policies.SignInPolicy.AllowedFirstAuthFactors': refused(
      'USER_AUTH, which offers the choice, is not built',
      'WEB_AUTHN',
      'EMAIL_OTP',
      'SMS_OTP',
    ),
    DeletionProtection: inEffect,
    'LambdaConfig.PreSignUp': trigger,
    'LambdaConfig.CustomMessage': trigger,
    'LambdaConfig.PostConfirmation': trigger,
    'LambdaConfig.PreAuthentication': trigger,
    'LambdaConfig.PostAuthentication': trigger,
    'LambdaConfig.DefineAuthChallenge': trigger,
    'LambdaConfig.CreateAuthChallenge': trigger,
    'LambdaConfig.VerifyAuthChallengeResponse': trigger,
    'LambdaConfig.PreTokenGeneration': trigger,
    'LambdaConfig.UserMigration': trigger,
    'LambdaConfig.PreTokenGenerationConfig': trigger,
    'LambdaConfig.CustomSMSSender': trigger,
    'LambdaConfig.CustomEmailSender': trigger,
    'LambdaConfig.KMSKeyID': trigger,
    'LambdaConfig.InboundFederation': trigger,
    AutoVerifiedAttributes: inEffect,
    AliasAttributes: inEffect,
    UsernameAttributes: inEffect,
    SmsVerificationMessage: inEffect,
    EmailVerificationMessage: inEffect,
    EmailVerificationSubject: inEffect,
    'VerificationMessageTemplate.SmsMessage': inEffect,
    'VerificationMessageTemplate.EmailMessage': inEffect,
    'VerificationMessageTemplate.EmailSubject': inEffect,
    'VerificationMessageTemplate.EmailMessageByLink': stored('messages carry codes, not links'),
    'VerificationMessageTemplate.EmailSubjectByLink': stored('messages carry codes, not links'),
    'VerificationMessageTemplate.DefaultEmailOption': refused(
      'messages carry codes, not links',
      'CONFIRM_WITH_LINK',
    ),
    SmsAuthenticationMessage: stored('no sign-in asks for a second factor'),
    MfaConfiguration: refused('no sign-in asks for a second factor', 'ON', 'OPTIONAL'),
    'UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate': inEffect,
    'DeviceConfiguration.ChallengeRequiredOnNewDevice': device,
    'DeviceConfiguration.DeviceOnlyRememberedOnUserPrompt': device,
    'EmailConfiguration.SourceArn': email,
    'EmailConfiguration.ReplyToEmailAddress': email,
    'EmailConfiguration.EmailSendingAccount': email,
    'EmailConfiguration.From': email,
    'EmailConfiguration.ConfigurationSet': email,
    'SmsConfiguration.SnsCallerArn': sms,
    'SmsConfiguration.ExternalId': sms,
    'SmsConfiguration.SnsRegion': sms,
    'SmsConfiguration.EumsSms': sms,
    UserPoolTags: inEffect,
    'AdminCreateUserConfig.AllowAdminCreateUserOnly': inEffect,
    'AdminCreateUserConfig.UnusedAccountValidityDays': inEffect,
    'AdminCreateUserConfig.InviteMessageTemplate': inEffect,
    Schema: inEffect,
    'UserPoolAddOns.AdvancedSecurityMode': refused('no sign-in is assessed for risk', 'ENFORCED'),
    'UserPoolAddOns.AdvancedSecurityAdditionalFlows.CustomAuthMode': refused(
      'no sign-in is assessed for risk',
      'ENFORCED',
    ),
    'DcrConfiguration.EnableStatus': dcr,
    'DcrConfiguration.OpenDcrEnabled': dcr,
    'DcrConfiguration.AuthenticatedGrantTypes': dcr,
    'DcrConfiguration.OpenDcrGrantTypes': dcr,
    'DcrConfiguration.AllowedScopes': dcr,
    'UsernameConfiguration.CaseSensitive': inEffect,
    'AccountRecoverySetting.RecoveryMechanisms': inEffect,
    UserPoolTier: inEffect,
    'KeyConfiguration.KeyType': inEffect,
    'KeyConfiguration.KmsKeyArn': inEffect,
    'IssuerConfiguration.Type': inEffect,
    AcrConfiguration: refused('USER_AUTH, which takes acr values, is not built'),
    'SmsMfaConfiguration.SmsAuthenticationMessage': factor,
    'SmsMfaConfiguration.SmsConfiguration': factor,
    'SoftwareTokenMfaConfiguration.Enabled': factor,
    'EmailMfaConfiguration.Message': factor,
    'EmailMfaConfiguration.Subject': factor,
    'WebAuthnConfiguration.RelyingPartyId': passkey,
    'WebAuthnConfiguration.UserVerification': passkey,
    'WebAuthnConfiguration.FactorConfiguration': passkey,
  },
  client: {
    ClientName: inEffect,
    GenerateSecret: inEffect,
    ClientSecret: inEffect,
    RefreshTokenValidity: inEffect,
    AccessTokenValidity: inEffect,
    IdTokenValidity: inEffect,
    TokenValidityUnits: inEffect,
    ReadAttributes: inEffect,
    WriteAttributes: inEffect,
    ExplicitAuthFlows: stored(
      'ALLOW_USER_AUTH, ALLOW_CUSTOM_AUTH, CUSTOM_AUTH_FLOW_ONLY and ALLOW_CLIENT_TOKEN_AUTH ' +
        'are stored; their flows answer NotImplementedException. The other flows are in effect',
    ),
    SupportedIdentityProviders: page,
    CallbackURLs: page,
    LogoutURLs: page,
    DefaultRedirectURI: page,
    AllowedOAuthFlows: stored(
      'code and implicit are stored, as there is no managed login; client_credentials is in effect',
    ),
    AllowedOAuthScopes: inEffect,
    AllowedOAuthFlowsUserPoolClient: inEffect,
    AnalyticsConfiguration: stored('no analytics are published'),
    PreventUserExistenceErrors: inEffect,
    EnableTokenRevocation: inEffect,
    EnablePropagateAdditionalUserContextData: stored('no sign-in is assessed for risk'),
    AuthSessionValidity: inEffect,
    RefreshTokenRotation: inEffect,
  },
  domain: {
    Domain: inEffect,
    ManagedLoginVersion: page,
    CustomDomainConfig: customDomain,
    Routing: customDomain,
  },
}

/** The decision for a setting, by its own path or the path of a part that holds it. */
export function decisionFor(owner: SettingOwner, path: string): SettingDecision | undefined {
  const steps = path.split('.')
  for (let length = steps.length; length > 0; length -= 1) {
    const key = steps.slice(0, length).join('.')
    if (Object.hasOwn(decisions[owner], key)) return decisions[owner][key]
  }
  return undefined
}

/** All paths of the table with their decisions. */
export function settingDecisions(owner: SettingOwner): readonly [string, SettingDecision][] {
  return Object.entries(decisions[owner])
}

/** Refuses a request that gives a setting which the table refuses. */
export function requireImplemented(owner: SettingOwner, input: object): void {
  for (const [path, decision] of Object.entries(decisions[owner])) {
    if (decision.kind !== 'refused') continue
    const given = valuesAt(input, path.split('.'))
    const { values, note } = decision
    const bad = given.find((value) => values === undefined || values.includes(String(value)))
    if (bad === undefined) continue
    const what = values === undefined ? path : `${path} ${String(bad)}`
    throw new ApiError('NotImplementedException', `${what} is not implemented yet: ${note}.`)
  }
}

/** What a request has at a path, through lists; nothing where a part is absent. */
function valuesAt(value: unknown, [step, ...rest]: readonly string[]): readonly unknown[] {
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) {
    return value.flatMap((item) => (step === undefined ? [item] : valuesAt(item, [step, ...rest])))
  }
  if (step === undefined) return [value]
  return valuesAt((value as Readonly<Record<string, unknown>>)[step], rest)
}
