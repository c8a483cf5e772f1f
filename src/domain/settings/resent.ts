// What a request that replaces settings must say so that it changes what was meant and nothing
// else: UpdateUserPool and UpdateUserPoolClient set what a request omits back to its default.
//
// What must stay true: the lists have every member that an omission would reset, which the test
// beside this compares with the tables of settings. This file runs in the browser too, where the
// tables do not.

/** A structure of the API: a description, or a request. */
export type Structure = Readonly<Record<string, unknown>>

/**
 * The members of UpdateUserPool to send again. Not among them: MfaConfiguration, which stays when
 * it is omitted, and which beside an SmsConfiguration would make text messages a second factor;
 * and the older names of VerificationMessageTemplate, which would fill in what was just cleared.
 */
export const POOL_MEMBERS = [
  'AccountRecoverySetting',
  'AcrConfiguration',
  'AdminCreateUserConfig',
  'AutoVerifiedAttributes',
  'DcrConfiguration',
  'DeletionProtection',
  'DeviceConfiguration',
  'EmailConfiguration',
  'LambdaConfig',
  'Policies',
  'SmsAuthenticationMessage',
  'SmsConfiguration',
  'UserAttributeUpdateSettings',
  'UserPoolAddOns',
  'VerificationMessageTemplate',
] as const

/** The members of UpdateUserPoolClient to send again. */
export const CLIENT_MEMBERS = [
  'AccessTokenValidity',
  'AllowedOAuthFlows',
  'AllowedOAuthFlowsUserPoolClient',
  'AllowedOAuthScopes',
  'AnalyticsConfiguration',
  'AuthSessionValidity',
  'CallbackURLs',
  'ClientName',
  'DefaultRedirectURI',
  'EnablePropagateAdditionalUserContextData',
  'EnableTokenRevocation',
  'ExplicitAuthFlows',
  'IdTokenValidity',
  'LogoutURLs',
  'PreventUserExistenceErrors',
  'ReadAttributes',
  'RefreshTokenRotation',
  'RefreshTokenValidity',
  'SupportedIdentityProviders',
  'TokenValidityUnits',
  'WriteAttributes',
] as const

// The older name of Policies.PasswordPolicy.TemporaryPasswordValidityDays: sent beside a changed
// one it contradicts it.
const OLDER_NAME = 'AdminCreateUserConfig.UnusedAccountValidityDays'

/** The settings of a description as a request, with changes: new values by their paths. */
export function resentSettings(
  members: readonly string[],
  described: Structure,
  changes: Structure,
): Structure {
  const kept = members.flatMap((name) => {
    const value = described[name] ?? undefined
    return value === undefined || isUnset(name, value) ? [] : [[name, value] as const]
  })
  const all = Object.entries({ [OLDER_NAME]: undefined, ...changes })
  return all.reduce<Structure>(
    (request, [path, value]) => withValueAt(request, path, value),
    Object.fromEntries(kept),
  )
}

/** A pool without a sender of its own is described with the service's, which nobody set. */
function isUnset(name: string, value: unknown): boolean {
  if (name !== 'EmailConfiguration') return false
  const { EmailSendingAccount: account, ...others } = value as Structure
  return account === 'COGNITO_DEFAULT' && Object.keys(others).length === 0
}

/** The value at a path such as `Policies.PasswordPolicy`. */
export function valueAt(structure: Structure, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((part, step) => (part as Structure | undefined)?.[step], structure)
}

/** The structure with another value at a path; undefined takes away it and what it leaves empty. */
export function withValueAt(structure: Structure, path: string, value: unknown): Structure {
  const [first = '', ...rest] = path.split('.')
  const { [first]: before, ...others } = structure
  if (rest.length === 0) return value === undefined ? others : { ...others, [first]: value }
  if (before === undefined && value === undefined) return structure
  const after = withValueAt((before ?? {}) as Structure, rest.join('.'), value)
  return Object.keys(after).length === 0 ? others : { ...others, [first]: after }
}
