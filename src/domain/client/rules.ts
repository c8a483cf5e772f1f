// What the settings of an app client must satisfy among themselves and towards the pool. A
// machine's grant (client_credentials) excludes the grants of people, because its client has a
// secret that no browser can keep. Each rule is what is wrong, in the service's words, or
// undefined.

import type { GlobalSettings } from '../pool/settings.js'
import { lifetimeRefusal } from '../token/lifetime.js'
import { grantsAttribute, PROFILE_GRANT } from '../user/attribute-grants.js'
import type { ClientSettings } from './settings.js'

/** The pool that a client is of. */
export interface ClientPool {
  readonly id: string
  readonly settings: Pick<GlobalSettings, 'schemaAttributes'>
}

/** What is wrong with the settings that sign people in. */
export function clientSettingsProblem(
  pool: ClientPool,
  settings: ClientSettings,
  hasSecret: boolean,
): string | undefined {
  return (
    lifetimeRefusal(settings) ??
    authFlowsProblem(settings, hasSecret) ??
    rotationProblem(settings) ??
    attributesProblem(pool, settings) ??
    providersProblem(pool, settings)
  )
}

/** What is wrong with the grants of a client that may use client_credentials. */
export function machineGrantProblem(
  { allowedOAuthFlows: flows }: ClientSettings,
  hasSecret: boolean,
): string | undefined {
  if (!flows.includes('client_credentials')) return undefined
  if (flows.length > 1) {
    return 'client_credentials flow can not be selected along with code flow or implicit flow.'
  }
  return hasSecret
    ? undefined
    : 'client_credentials flow can not be selected if client does not have a client secret.'
}

/** What is wrong with the OAuth settings besides. */
export function oauthSettingsProblem(settings: ClientSettings): string | undefined {
  return oauthFlowsProblem(settings) ?? urlsProblem(settings)
}

function authFlowsProblem({ explicitAuthFlows: flows }: ClientSettings, hasSecret: boolean) {
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

function attributesProblem(pool: ClientPool, settings: ClientSettings): string | undefined {
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

function providersProblem(pool: ClientPool, settings: ClientSettings): string | undefined {
  const provider = settings.supportedIdentityProviders.find((name) => name !== 'COGNITO')
  return provider && `The provider ${provider} does not exist for User Pool ${pool.id}.`
}

function oauthFlowsProblem(settings: ClientSettings): string | undefined {
  if (!settings.allowedOAuthFlowsUserPoolClient) return undefined
  const { allowedOAuthFlows: flows, allowedOAuthScopes: scopes } = settings
  if (flows.length === 0 || scopes.length === 0) {
    return (
      'AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed ' +
      'to use OAuth flows.'
    )
  }
  const isForPeople = flows.includes('code') || flows.includes('implicit')
  if (isForPeople && settings.callbackUrls.length === 0) {
    return 'CallbackURLs are required for the code and implicit flows.'
  }
  return undefined
}

function urlsProblem(settings: ClientSettings): string | undefined {
  const { callbackUrls, logoutUrls, defaultRedirectUri } = settings
  if (defaultRedirectUri !== undefined && !callbackUrls.includes(defaultRedirectUri)) {
    return `${defaultRedirectUri} is not in the list of callback URLs.`
  }
  for (const url of [...callbackUrls, ...logoutUrls]) {
    const problem = urlProblem(url)
    if (problem !== undefined) return problem
  }
  return undefined
}

/** RFC 6749, section 3.1.2: absolute and without a fragment; http for the own machine only. */
function urlProblem(text: string): string | undefined {
  if (!URL.canParse(text)) return `${text} is not an absolute URI.`
  if (text.includes('#')) return `${text} must not have a fragment.`
  const { protocol, hostname } = new URL(text)
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
  return protocol === 'http:' && !isLocal ? `${text} cannot use the HTTP protocol.` : undefined
}
