// The settings of a user pool and where each belongs. Global settings follow the primary Region;
// regional ones (email, SMS, Lambda, notification, log export, web ACL, tags) are each Region's
// own, because what they name exists in one Region only. Member names are the API's, uncapitalised,
// so that one function crosses between the wire and the inside.

/** Feature plan of a pool. Replication needs ESSENTIALS or PLUS. */
export type Tier = 'LITE' | 'ESSENTIALS' | 'PLUS'

/** ORIGINAL names the pool's regional endpoint, UPDATED the issuer shared by all Regions. */
export type IssuerType = 'ORIGINAL' | 'UPDATED'

/** What a password must look like (PasswordPolicyType). */
export interface PasswordPolicy {
  readonly minimumLength?: number | undefined
  readonly requireUppercase?: boolean | undefined
  readonly requireLowercase?: boolean | undefined
  readonly requireNumbers?: boolean | undefined
  readonly requireSymbols?: boolean | undefined
  readonly passwordHistorySize?: number | undefined
  readonly temporaryPasswordValidityDays?: number | undefined
}

/** One attribute of the pool's schema (SchemaAttributeType). */
export interface SchemaAttribute {
  readonly name: string
  readonly attributeDataType: 'String' | 'Number' | 'DateTime' | 'Boolean'
  readonly developerOnlyAttribute: boolean
  readonly mutable: boolean
  readonly required: boolean
  readonly numberAttributeConstraints?: {
    readonly minValue?: string | undefined
    readonly maxValue?: string | undefined
  }
  readonly stringAttributeConstraints?: {
    readonly minLength?: string | undefined
    readonly maxLength?: string | undefined
  }
}

/** Attribute that signs a user in besides, or instead of, the user name. */
export type AliasAttribute = 'email' | 'phone_number' | 'preferred_username'

/** Texts of a code or an invitation, with their `{####}` and `{username}` places. */
export interface MessageTemplate {
  readonly smsMessage?: string | undefined
  readonly emailMessage?: string | undefined
  readonly emailSubject?: string | undefined
  readonly emailMessageByLink?: string | undefined
  readonly emailSubjectByLink?: string | undefined
  readonly defaultEmailOption?: string | undefined
}

/** Settings that follow the primary Region. */
export interface GlobalSettings {
  readonly passwordPolicy: PasswordPolicy
  readonly signInPolicy?: { readonly allowedFirstAuthFactors?: readonly string[] | undefined }
  readonly deletionProtection: 'ACTIVE' | 'INACTIVE'
  readonly mfaConfiguration: 'OFF' | 'ON' | 'OPTIONAL'
  readonly schemaAttributes: readonly SchemaAttribute[]
  readonly autoVerifiedAttributes: readonly string[]
  readonly aliasAttributes: readonly AliasAttribute[]
  readonly usernameAttributes: readonly ('email' | 'phone_number')[]
  readonly isCaseSensitive: boolean
  readonly allowAdminCreateUserOnly: boolean
  readonly unusedAccountValidityDays?: number | undefined
  readonly inviteMessageTemplate?: MessageTemplate | undefined
  readonly verificationMessageTemplate?: MessageTemplate | undefined
  readonly smsAuthenticationMessage?: string | undefined
  readonly attributesRequireVerificationBeforeUpdate: readonly string[]
  /** Settings that are kept and described, and that no flow of this version reads yet. */
  readonly deviceConfiguration?: unknown
  readonly userPoolAddOns?: unknown
  readonly webAuthnConfiguration?: unknown
  readonly accountRecoverySetting?: unknown
}

/** Settings of one Region. */
export interface RegionalSettings {
  readonly emailConfiguration?: unknown
  readonly smsConfiguration?: unknown
  readonly lambdaConfig?: unknown
  readonly riskNotifyConfiguration?: unknown
  readonly logConfigurations?: unknown
  readonly webAclArn?: string | undefined
}

/** Settings of an app client that flows read. Times are in the unit named beside them. */
export interface ClientSettings {
  readonly explicitAuthFlows: readonly string[]
  /** Absent: LEGACY. */
  readonly preventUserExistenceErrors?: 'ENABLED' | 'LEGACY' | undefined
  readonly enableTokenRevocation: boolean
  readonly enablePropagateAdditionalUserContextData: boolean
  /** Absent: the default of the service. */
  readonly accessTokenValidity?: number | undefined
  readonly idTokenValidity?: number | undefined
  /** In `tokenValidityUnits.refreshToken`, by default days. */
  readonly refreshTokenValidity: number
  readonly tokenValidityUnits?: {
    readonly accessToken?: TimeUnit | undefined
    readonly idToken?: TimeUnit | undefined
    readonly refreshToken?: TimeUnit | undefined
  }
  readonly refreshTokenRotation?: {
    readonly feature: 'ENABLED' | 'DISABLED'
    readonly retryGracePeriodSeconds: number
  }
  readonly authSessionValidityMinutes: number
  /** Absent: every attribute may be read. */
  readonly readAttributes?: readonly string[] | undefined
  /** Absent: every mutable attribute may be written. */
  readonly writeAttributes?: readonly string[] | undefined
  readonly supportedIdentityProviders: readonly string[]
  readonly callbackUrls: readonly string[]
  readonly logoutUrls: readonly string[]
  readonly defaultRedirectUri?: string | undefined
  readonly allowedOAuthFlows: readonly string[]
  readonly allowedOAuthScopes: readonly string[]
  readonly allowedOAuthFlowsUserPoolClient: boolean
  readonly analyticsConfiguration?: unknown
}

/** Unit of a token's validity. */
export type TimeUnit = 'seconds' | 'minutes' | 'hours' | 'days'
