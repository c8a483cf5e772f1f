// An app client's settings between the wire and the inside, with the service's defaults and the
// rules that hold between settings.

import { ApiError } from '#api/protocol/errors.js'
import { toCamel, toPascal } from '#contract/case.js'
import type { CognitoInput } from '#contract/types.js'
import type { ClientSettings } from '#domain/pool/settings.js'
import { lifetimeRefusal } from '#domain/token/lifetime.js'
import { grantsAttribute, PROFILE_GRANT } from '#domain/user/attribute-grants.js'
import type { Pool } from '#ports/capability.js'
import { requireOAuthSettings } from './oauth-settings.js'

/** Settings that both operations take; those that are omitted get their defaults. */
export type ClientInput = Omit<CognitoInput<'UpdateUserPoolClient'>, 'UserPoolId' | 'ClientId'>

const REFRESH_VALIDITY_DAYS = 30
const AUTH_SESSION_VALIDITY_MINUTES = 3
const RETRY_GRACE_SECONDS = 0

/** The settings that a request means, without a look at the rest of the pool. */
export function clientSettings(input: ClientInput): ClientSettings {
  const { TokenValidityUnits: units, RefreshTokenRotation: rotation } = input
  return {
    explicitAuthFlows: input.ExplicitAuthFlows ?? [],
    // Cognito: absent means LEGACY (API reference, CreateUserPoolClient) and is described as absent
    // (acceptance test of terraform-provider-aws for a client that sets nothing), 2026.
    preventUserExistenceErrors: input.PreventUserExistenceErrors,
    enableTokenRevocation: input.EnableTokenRevocation ?? true,
    enablePropagateAdditionalUserContextData:
      input.EnablePropagateAdditionalUserContextData ?? false,
    accessTokenValidity: input.AccessTokenValidity,
    idTokenValidity: input.IdTokenValidity,
    refreshTokenValidity: input.RefreshTokenValidity || defaultRefreshValidity(units?.RefreshToken),
    ...(units && { tokenValidityUnits: toCamel(units) }),
    ...(rotation && {
      refreshTokenRotation: {
        feature: rotation.Feature,
        retryGracePeriodSeconds: rotation.RetryGracePeriodSeconds ?? RETRY_GRACE_SECONDS,
      },
    }),
    authSessionValidityMinutes: input.AuthSessionValidity ?? AUTH_SESSION_VALIDITY_MINUTES,
    readAttributes: listOrAll(input.ReadAttributes),
    writeAttributes: listOrAll(input.WriteAttributes),
    supportedIdentityProviders: input.SupportedIdentityProviders ?? [],
    callbackUrls: input.CallbackURLs ?? [],
    logoutUrls: input.LogoutURLs ?? [],
    defaultRedirectUri: input.DefaultRedirectURI,
    allowedOAuthFlows: input.AllowedOAuthFlows ?? [],
    allowedOAuthScopes: input.AllowedOAuthScopes ?? [],
    allowedOAuthFlowsUserPoolClient: input.AllowedOAuthFlowsUserPoolClient ?? false,
    analyticsConfiguration: toCamel(input.AnalyticsConfiguration),
  }
}

/** Refuses settings that contradict each other or the pool. */
export function requireClientSettings(
  pool: Pool,
  settings: ClientSettings,
  client: { readonly hasSecret: boolean; readonly scopes: ReadonlySet<string> },
): void {
  const problem =
    lifetimeRefusal(settings) ??
    flowsProblem(settings, client.hasSecret) ??
    rotationProblem(settings) ??
    attributesProblem(pool, settings)
  if (problem !== undefined) throw invalid(problem)
  const provider = settings.supportedIdentityProviders.find((name) => name !== 'COGNITO')
  if (provider !== undefined) {
    throw invalid(`The provider ${provider} does not exist for User Pool ${pool.id}.`)
  }
  if (pool.tier === 'LITE' && settings.explicitAuthFlows.includes('ALLOW_USER_AUTH')) {
    throw new ApiError(
      'FeatureUnavailableInTierException',
      'ALLOW_USER_AUTH is not available in the LITE tier. Change the tier to ESSENTIALS or higher.',
    )
  }
  requireOAuthSettings(settings, client)
}

/** Settings on the wire, without names and times. */
export function toSettingsShape(settings: ClientSettings) {
  const unlessEmpty = <T>(list: readonly T[]) => (list.length === 0 ? undefined : list)
  return {
    RefreshTokenValidity: settings.refreshTokenValidity,
    AccessTokenValidity: settings.accessTokenValidity,
    IdTokenValidity: settings.idTokenValidity,
    TokenValidityUnits: toPascal(settings.tokenValidityUnits ?? {}),
    ReadAttributes: settings.readAttributes,
    WriteAttributes: settings.writeAttributes,
    ExplicitAuthFlows: unlessEmpty(settings.explicitAuthFlows),
    SupportedIdentityProviders: unlessEmpty(settings.supportedIdentityProviders),
    CallbackURLs: unlessEmpty(settings.callbackUrls),
    LogoutURLs: unlessEmpty(settings.logoutUrls),
    DefaultRedirectURI: settings.defaultRedirectUri,
    AllowedOAuthFlows: unlessEmpty(settings.allowedOAuthFlows),
    AllowedOAuthScopes: unlessEmpty(settings.allowedOAuthScopes),
    AllowedOAuthFlowsUserPoolClient: settings.allowedOAuthFlowsUserPoolClient,
    AnalyticsConfiguration: toPascal(settings.analyticsConfiguration),
    PreventUserExistenceErrors: settings.preventUserExistenceErrors,
    EnableTokenRevocation: settings.enableTokenRevocation,
    EnablePropagateAdditionalUserContextData: settings.enablePropagateAdditionalUserContextData,
    AuthSessionValidity: settings.authSessionValidityMinutes,
    RefreshTokenRotation: settings.refreshTokenRotation && {
      Feature: settings.refreshTokenRotation.feature,
      RetryGracePeriodSeconds: settings.refreshTokenRotation.retryGracePeriodSeconds,
    },
  }
}

/** 30 days, in the unit that the client counts in. */
function defaultRefreshValidity(unit: string | undefined): number {
  if (unit === 'hours') return REFRESH_VALIDITY_DAYS * 24
  if (unit === 'minutes') return REFRESH_VALIDITY_DAYS * 24 * 60
  if (unit === 'seconds') return REFRESH_VALIDITY_DAYS * 24 * 60 * 60
  return REFRESH_VALIDITY_DAYS
}

function listOrAll(names: readonly string[] | undefined): readonly string[] | undefined {
  return names === undefined || names.length === 0 ? undefined : names
}

function flowsProblem({ explicitAuthFlows: flows }: ClientSettings, hasSecret: boolean) {
  const isNew = (flow: string) => flow.startsWith('ALLOW_')
  if (flows.some(isNew) && !flows.every(isNew)) {
    return 'ExplicitAuthFlows with and without the prefix ALLOW_ cannot be used together.'
  }
  // A name that the SDK's enumeration does not have yet.
  if (!flows.includes('ALLOW_CLIENT_TOKEN_AUTH')) return undefined
  if (flows.length > 1) return 'ALLOW_CLIENT_TOKEN_AUTH cannot be used together with other flows.'
  return hasSecret ? undefined : 'ALLOW_CLIENT_TOKEN_AUTH needs a client with a secret.'
}

/** A client that rotates must not have the flow that renews without rotating. */
function rotationProblem(settings: ClientSettings): string | undefined {
  if (settings.refreshTokenRotation?.feature !== 'ENABLED') return undefined
  const { explicitAuthFlows: flows } = settings
  const hasNewNames = flows.some((flow) => flow.startsWith('ALLOW_'))
  // Without ALLOW_ names, refresh is among the flows by default.
  if (hasNewNames && !flows.includes('ALLOW_REFRESH_TOKEN_AUTH')) return undefined
  return 'Refresh token rotation cannot be enabled together with ALLOW_REFRESH_TOKEN_AUTH.'
}

function attributesProblem(pool: Pool, settings: ClientSettings): string | undefined {
  const { schemaAttributes } = pool.settings
  const known = new Map(schemaAttributes.map((attribute) => [attribute.name, attribute]))
  const exists = (name: string) => known.has(name) || name === PROFILE_GRANT
  if (!(settings.readAttributes ?? []).every(exists)) {
    return 'Invalid read attributes specified while creating a client'
  }
  const { writeAttributes } = settings
  if (writeAttributes === undefined) return undefined
  const isWritable = (name: string) => exists(name) && name !== 'sub'
  const isComplete = schemaAttributes.every(
    ({ name, required }) => !required || name === 'sub' || grantsAttribute(writeAttributes, name),
  )
  return writeAttributes.every(isWritable) && isComplete
    ? undefined
    : 'Invalid write attributes specified while creating a client'
}

function invalid(message: string): ApiError {
  return new ApiError('InvalidParameterException', message)
}
