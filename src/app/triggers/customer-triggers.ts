// The triggers of pools, called where the flows call them: each makes the event that the service
// documents for it and reads the response. A pool without a function for a trigger costs the look
// at its settings, which come with the pool, and no promise.

import { hidesUsers } from '#domain/credential/decoy.js'
import type { CustomTexts } from '#domain/message/templates.js'
import { type IssuedClaims, overriddenClaims } from '#domain/trigger/claims-override.js'
import type { TriggerFunctions } from '#ports/trigger-functions.js'
import {
  type CustomMessageEvent,
  type InboundFederationEvent,
  type PostAuthenticationEvent,
  type PostConfirmationEvent,
  type PreAuthenticationEvent,
  type PreSignUpEvent,
  type PreSignUpResponse,
  type PreTokenGenerationEvent,
  type TokenClaims,
  TriggerError,
  type Triggers,
} from '#ports/triggers.js'
import { authChallengeTriggers } from './auth-challenges.js'
import {
  type Configured,
  type CustomerTriggersOptions,
  configured,
  metadataOf,
  plainAttributes,
  ResponseReader,
  respond,
  userAttributes,
  validationDataOf,
} from './function-event.js'
import { migrate } from './user-migration.js'

const AS_ASKED = { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false }

/** The triggers of pools, by the functions that they have configured. */
export function createCustomerTriggers(options: CustomerTriggersOptions): Triggers {
  const { functions } = options
  return {
    ...authChallengeTriggers(functions),
    preSignUp(event) {
      const which = configured(event.pool, 'PreSignUp')
      return which === undefined ? AS_ASKED : preSignUp(functions, which, event)
    },
    postConfirmation(event) {
      const which = configured(event.pool, 'PostConfirmation')
      return which && postConfirmation(functions, which, event)
    },
    customMessage(event) {
      const which = configured(event.pool, 'CustomMessage')
      return which && customMessage(functions, which, event)
    },
    preAuthentication(event) {
      const which = configured(event.pool, 'PreAuthentication')
      return which && preAuthentication(functions, which, event)
    },
    postAuthentication(event) {
      const which = configured(event.pool, 'PostAuthentication')
      return which && postAuthentication(functions, which, event)
    },
    userMigration(event) {
      const which = configured(event.pool, 'UserMigration')
      return which === undefined ? 'none' : migrate(options, which, event)
    },
    inboundFederation(event) {
      const which = configured(event.pool, 'InboundFederation')
      return which && inboundFederation(functions, which, event)
    },
    preTokenGeneration(event) {
      const which = configured(event.pool, 'PreTokenGeneration')
      // Cognito: developer guide, "Pre token generation Lambda trigger", 2026: machines have no
      // users, and only the third version of the event knows them.
      const isKnown = event.user !== undefined || which?.called.version === '3'
      if (which === undefined || !isKnown) return event.claims
      return preTokenGeneration(functions, which, event)
    },
  }
}

async function postConfirmation(
  functions: TriggerFunctions,
  which: Configured,
  event: PostConfirmationEvent,
): Promise<void> {
  const { pool, request, source, user } = event
  await respond(functions, which, {
    event,
    source,
    userName: user.username,
    request: { userAttributes: userAttributes(pool, user), ...metadataOf(request) },
    response: {},
  })
}

async function customMessage(
  functions: TriggerFunctions,
  which: Configured,
  event: CustomMessageEvent,
): Promise<CustomTexts> {
  const { pool, request, source, user } = event
  const response = await respond(functions, which, {
    event,
    source,
    userName: user.username,
    request: {
      userAttributes: userAttributes(pool, user),
      codeParameter: '{####}',
      linkParameter: '{##Click Here##}',
      usernameParameter: source === 'CustomMessage_AdminCreateUser' ? '{username}' : null,
      ...metadataOf(request),
    },
    response: { smsMessage: null, emailMessage: null, emailSubject: null },
  })
  return textsOf(new ResponseReader('CustomMessage', response), pool.regionalSettings)
}

// Cognito: developer guide, "Inbound federation Lambda trigger", 2026: what is returned replaces
// all of what the provider said, and an empty object leaves it.
async function inboundFederation(
  functions: TriggerFunctions,
  which: Configured,
  event: InboundFederationEvent,
): Promise<Readonly<Record<string, string>> | undefined> {
  const { source, username, providerName, providerType, attributes } = event
  const response = await respond(functions, which, {
    event,
    source,
    userName: username,
    request: { providerName, providerType, attributes },
    response: { userAttributesToMap: null },
  })
  const mapped = new ResponseReader('InboundFederation', response).textMap('userAttributesToMap')
  return mapped === undefined || Object.keys(mapped).length === 0 ? undefined : mapped
}

async function preAuthentication(
  functions: TriggerFunctions,
  which: Configured,
  event: PreAuthenticationEvent,
): Promise<void> {
  const { pool, client, request, source, user, username } = event
  const isHidden = client !== undefined && hidesUsers(client.settings)
  await respond(functions, which, {
    event,
    source,
    userName: user?.username ?? username,
    request: {
      userAttributes: userAttributes(pool, user),
      ...validationDataOf(request),
      ...(isHidden ? { userNotFound: user === undefined } : {}),
    },
    response: {},
  })
}

async function postAuthentication(
  functions: TriggerFunctions,
  which: Configured,
  event: PostAuthenticationEvent,
): Promise<void> {
  const { pool, request, source, user, newDeviceUsed = false } = event
  await respond(functions, which, {
    event,
    source,
    userName: user.username,
    request: { userAttributes: userAttributes(pool, user), newDeviceUsed, ...metadataOf(request) },
    response: {},
  })
}

async function preSignUp(
  functions: TriggerFunctions,
  which: Configured,
  event: PreSignUpEvent,
): Promise<PreSignUpResponse> {
  const { request, source, user, validationData } = event
  const response = await respond(functions, which, {
    event,
    source,
    userName: user.username,
    request: {
      // As asked for: there is no such user yet.
      userAttributes: plainAttributes(user),
      validationData: validationData ?? null,
      ...metadataOf(request),
    },
    response: AS_ASKED,
  })
  const read = new ResponseReader('PreSignUp', response)
  return {
    autoConfirmUser: read.flag('autoConfirmUser') ?? false,
    autoVerifyEmail: read.flag('autoVerifyEmail') ?? false,
    autoVerifyPhone: read.flag('autoVerifyPhone') ?? false,
  }
}

// Cognito: developer guide, "Custom message Lambda trigger", 2026.
/** Texts of the response. Those of e-mail are for pools that send through an SES of their own. */
function textsOf(
  read: ResponseReader,
  { emailConfiguration }: { readonly emailConfiguration?: unknown },
): CustomTexts {
  const [smsMessage, emailMessage, emailSubject] = [
    read.text('smsMessage'),
    read.text('emailMessage'),
    read.text('emailSubject'),
  ]
  const sender = (emailConfiguration as { emailSendingAccount?: unknown } | undefined) ?? {}
  const isOwn = sender.emailSendingAccount === 'DEVELOPER'
  if (!isOwn && (emailMessage !== undefined || emailSubject !== undefined)) {
    throw read.invalid('an e-mail has texts of its own with EmailSendingAccount DEVELOPER only')
  }
  return {
    ...(smsMessage === undefined ? {} : { smsMessage }),
    ...(emailMessage === undefined ? {} : { emailMessage }),
    ...(emailSubject === undefined ? {} : { emailSubject }),
  }
}

async function preTokenGeneration<C extends Partial<TokenClaims>>(
  functions: TriggerFunctions,
  which: Configured,
  event: PreTokenGenerationEvent<C>,
): Promise<C> {
  const { pool, client, request, source, user, claims } = event
  const issued = claims as unknown as IssuedClaims
  const { version } = which.called
  const shown = issued.id ?? issued.access
  const clientId = client?.clientId ?? ''
  const response = await respond(functions, which, {
    event,
    source,
    userName: user?.username ?? clientId,
    request: {
      userAttributes: userAttributes(pool, user),
      groupConfiguration: {
        groupsToOverride: shown['cognito:groups'] ?? [],
        iamRolesToOverride: shown['cognito:roles'] ?? [],
        preferredRole: shown['cognito:preferred_role'] ?? null,
      },
      ...(version === '1'
        ? {}
        : {
            scopes: String(issued.access['scope'] ?? '')
              .split(' ')
              .filter(Boolean),
          }),
      ...metadataOf(request),
    },
    response:
      version === '1' ? { claimsOverrideDetails: null } : { claimsAndScopeOverrideDetails: null },
  })
  const outcome = overriddenClaims(issued, response, { version, clientId })
  if (outcome.kind === 'claims') return outcome.claims as unknown as C
  throw new TriggerError('PreTokenGeneration', 'invalid-response', outcome.problem)
}
