// The settings of an app client, a row for each (docs/adding-a-setting.md). All of them follow the
// primary Region, and an update sets those that it omits back to their defaults.

import { riskTable } from '../pool/risk-settings.js'
import { inEffect, type SettingDecisions, stored } from '../settings/decisions.js'
import {
  anything,
  count,
  type Decoded,
  filled,
  flag,
  list,
  oneOf,
  orElse,
  struct,
  text,
} from '../settings/shape.js'
import {
  changedSettings,
  decodeSettings,
  type GivenSettings,
  global,
  type SettingsOf,
} from '../settings/table.js'

const RESET = { UpdateUserPoolClient: 'reset' } as const
const REFRESH_VALIDITY_DAYS = 30

const page = stored('there is no managed login')
const unlessEmpty = <T>(values: readonly T[]) => (values.length === 0 ? undefined : values)
const unit = oneOf(['seconds', 'minutes', 'hours', 'days'], undefined)

/** Unit of a token's validity. */
export type TimeUnit = NonNullable<Decoded<typeof unit>>

/** Times are in the unit named beside them. */
export const clientTable = {
  explicitAuthFlows: global({
    wire: 'ExplicitAuthFlows',
    shape: orElse(list(text), []),
    changedBy: RESET,
    described: unlessEmpty,
    tier: (flows) =>
      flows.includes('ALLOW_USER_AUTH')
        ? { what: 'ALLOW_USER_AUTH', plan: 'ESSENTIALS' }
        : undefined,
  }),
  // Cognito: absent means LEGACY (API reference, CreateUserPoolClient) and is described as absent
  // (acceptance test of terraform-provider-aws for a client that sets nothing), 2026.
  preventUserExistenceErrors: global({
    wire: 'PreventUserExistenceErrors',
    shape: oneOf(['ENABLED', 'LEGACY'], 'ENABLED'),
    changedBy: RESET,
  }),
  enableTokenRevocation: global({
    wire: 'EnableTokenRevocation',
    shape: orElse(flag, true),
    changedBy: RESET,
  }),
  enablePropagateAdditionalUserContextData: global({
    wire: 'EnablePropagateAdditionalUserContextData',
    shape: orElse(flag, false),
    changedBy: RESET,
    decision: stored('no sign-in is assessed for risk'),
  }),
  ...riskTable,
  // Absent: the default of the service.
  accessTokenValidity: global({ wire: 'AccessTokenValidity', shape: count, changedBy: RESET }),
  idTokenValidity: global({ wire: 'IdTokenValidity', shape: count, changedBy: RESET }),
  // In `tokenValidityUnits.refreshToken`, by default days; 0 is 30 days in that unit.
  refreshTokenValidity: global({
    wire: 'RefreshTokenValidity',
    shape: orElse(count, 0),
    changedBy: RESET,
  }),
  tokenValidityUnits: global({
    wire: 'TokenValidityUnits',
    shape: struct({ accessToken: unit, idToken: unit, refreshToken: unit }),
    changedBy: RESET,
    described: (units) => units ?? {},
  }),
  refreshTokenRotation: global({
    wire: 'RefreshTokenRotation',
    shape: struct({
      feature: orElse(oneOf(['ENABLED', 'DISABLED'], 'ENABLED'), 'DISABLED'),
      retryGracePeriodSeconds: orElse(count, 0),
    }),
    changedBy: RESET,
  }),
  authSessionValidityMinutes: global({
    wire: 'AuthSessionValidity',
    shape: orElse(count, 3),
    changedBy: RESET,
  }),
  // Absent: every attribute may be read.
  readAttributes: global({ wire: 'ReadAttributes', shape: filled(list(text)), changedBy: RESET }),
  // Absent: every mutable attribute may be written.
  writeAttributes: global({ wire: 'WriteAttributes', shape: filled(list(text)), changedBy: RESET }),
  supportedIdentityProviders: global({
    wire: 'SupportedIdentityProviders',
    shape: orElse(list(text), []),
    changedBy: RESET,
    described: unlessEmpty,
    decision: page,
  }),
  callbackUrls: global({
    wire: 'CallbackURLs',
    shape: orElse(list(text), []),
    changedBy: RESET,
    described: unlessEmpty,
    decision: page,
  }),
  logoutUrls: global({
    wire: 'LogoutURLs',
    shape: orElse(list(text), []),
    changedBy: RESET,
    described: unlessEmpty,
    decision: page,
  }),
  defaultRedirectUri: global({
    wire: 'DefaultRedirectURI',
    shape: text,
    changedBy: RESET,
    decision: page,
  }),
  // How long this client takes a session of the login pages without asking again.
  ssoSession: global({
    wire: 'SSOSession',
    shape: struct({ maxValidityMinutes: count }),
    changedBy: { SetUserPoolClientSessionConfiguration: 'reset' },
    describedAs: undefined,
    decision: { MaxValidityMinutes: page },
  }),
  allowedOAuthFlows: global({
    wire: 'AllowedOAuthFlows',
    shape: orElse(list(text), []),
    changedBy: RESET,
    described: unlessEmpty,
    decision: stored(
      'code and implicit are stored, as there is no managed login; client_credentials is in effect',
    ),
  }),
  allowedOAuthScopes: global({
    wire: 'AllowedOAuthScopes',
    shape: orElse(list(text), []),
    changedBy: RESET,
    described: unlessEmpty,
  }),
  allowedOAuthFlowsUserPoolClient: global({
    wire: 'AllowedOAuthFlowsUserPoolClient',
    shape: orElse(flag, false),
    changedBy: RESET,
  }),
  analyticsConfiguration: global({
    wire: 'AnalyticsConfiguration',
    shape: anything,
    changedBy: RESET,
    decision: stored('no analytics are published'),
  }),
}

/** What requests say of a client besides its settings. */
export const clientMembers: SettingDecisions = {
  ClientName: inEffect,
  GenerateSecret: inEffect,
  ClientSecret: inEffect,
}

/** Settings of an app client. */
export type ClientSettings = SettingsOf<typeof clientTable>

/** The settings of a client after a request that gives these; `base`: those it has. */
export function clientSettings(given: GivenSettings, base: object = {}): ClientSettings {
  const change = { given, base }
  return withRefreshValidity(changedSettings(clientTable, 'UpdateUserPoolClient', change))
}

/** Settings of a client as a database has them. */
export function decodeClientSettings(stored: unknown): ClientSettings {
  return withRefreshValidity(decodeSettings(clientTable, stored))
}

/** 30 days, in the unit that the client counts in, for a client that says nothing. */
function withRefreshValidity(settings: ClientSettings): ClientSettings {
  if (settings.refreshTokenValidity !== 0) return settings
  const perDay = { days: 1, hours: 24, minutes: 24 * 60, seconds: 24 * 60 * 60 }
  const { refreshToken = 'days' } = settings.tokenValidityUnits ?? {}
  return { ...settings, refreshTokenValidity: REFRESH_VALIDITY_DAYS * perDay[refreshToken] }
}
