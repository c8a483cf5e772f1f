// Events as functions get them, and what they return of them. A function returns the whole event,
// with its response filled in; what is missing of it, or is of another type, ends the flow as an
// invalid response, so that no half-understood word decides who signs in.
// Cognito: developer guide, "Customizing user pool workflows with Lambda triggers", 2026.

import type { Clock } from '#base/clock.js'
import { isObject, type JsonObject } from '#base/json.js'
import type { Random } from '#base/random.js'
import type { RequestContext } from '#domain/request-context.js'
import {
  functionOf,
  type TriggerFunction,
  type TriggerName,
} from '#domain/trigger/lambda-config.js'
import { aliasKinds, claimedAlias } from '#domain/user/aliases.js'
import type { User } from '#domain/user/user.js'
import type { Pool } from '#ports/capability.js'
import type { TriggerFunctions } from '#ports/trigger-functions.js'
import { TriggerError, type TriggerEvent } from '#ports/triggers.js'
import type { PoolWork } from '../unit-of-work.js'

/** What the triggers of pools work with. */
export interface CustomerTriggersOptions {
  readonly functions: TriggerFunctions
  readonly poolWork: PoolWork
  readonly clock: Clock
  readonly random: Random
}

/** What a call says besides the common part of an event. */
export interface FunctionCall {
  readonly event: TriggerEvent
  readonly source: string
  readonly userName: string
  readonly request: JsonObject
  readonly response: JsonObject
}

/** A trigger of a pool that has a function for it. */
export interface Configured {
  readonly name: TriggerName
  readonly called: TriggerFunction
}

/** The function that the serving Region has for a trigger of the pool. */
export function configured(pool: Pool, name: TriggerName): Configured | undefined {
  const called = functionOf(pool.regionalSettings.lambdaConfig, name)
  return called && { name, called }
}

/** Invokes the function and returns the response part of the event that it returned. */
export async function respond(
  functions: TriggerFunctions,
  { name, called }: Configured,
  call: FunctionCall,
): Promise<JsonObject> {
  const sent = functionEvent(call, called.version)
  const outcome = await functions.invoke(called.arn, JSON.stringify(sent))
  switch (outcome.kind) {
    case 'threw':
      throw new TriggerError(name, 'refused', outcome.message)
    case 'failed':
      throw new TriggerError(name, 'not-invoked', outcome.reason)
    case 'returned':
      return responseOf(name, sent, outcome.payload)
  }
}

/** The event, in the order in which the service documents its members. */
export function functionEvent(call: FunctionCall, version: string): JsonObject {
  const { pool, client, request } = call.event
  return {
    version,
    triggerSource: call.source,
    // The serving Region's: each Region has functions of its own.
    region: pool.region,
    userPoolId: pool.id,
    userName: call.userName,
    callerContext: {
      awsSdkVersion: sdkVersionOf(request.userAgent),
      clientId: client?.clientId ?? 'CLIENT_ID_NOT_APPLICABLE',
    },
    request: call.request,
    response: call.response,
  }
}

function responseOf(name: TriggerName, sent: JsonObject, payload: string): JsonObject {
  let returned: unknown
  try {
    returned = JSON.parse(payload)
  } catch {
    throw new TriggerError(name, 'invalid-response', 'it is not JSON')
  }
  if (!isObject(returned)) throw new TriggerError(name, 'invalid-response', 'it is not an object')
  const missing = Object.keys(sent).find((member) => (returned[member] ?? undefined) === undefined)
  if (missing !== undefined) {
    throw new TriggerError(name, 'invalid-response', `the event has no ${missing} any more`)
  }
  const { response } = returned
  if (isObject(response)) return response
  throw new TriggerError(name, 'invalid-response', 'its response is not an object')
}

/** `aws-sdk-js/3.1` of a user agent as `aws-sdk-js-3.1`. */
function sdkVersionOf(userAgent: string | undefined): string {
  const [, name, version] = /\baws-sdk-([\w-]{1,20})\/([\w.-]{1,20})/.exec(userAgent ?? '') ?? []
  return name === undefined ? 'aws-sdk-unknown-unknown' : `aws-sdk-${name}-${version}`
}

/** A user's attributes as events have them. */
export function userAttributes(pool: Pool, user: User | undefined): JsonObject {
  if (user === undefined) return {}
  const aliases = aliasKinds(pool.settings).flatMap((kind) => {
    const alias =
      kind === 'preferred_username' ? undefined : claimedAlias(pool.settings, user, kind)
    return alias === undefined ? [] : [[`cognito:${kind}_alias`, alias] as const]
  })
  return {
    sub: user.sub,
    'cognito:user_status': user.status,
    ...Object.fromEntries(aliases),
    ...plainAttributes(user),
  }
}

/** The attributes alone, with flags in the spelling of events. */
export function plainAttributes({ attributes }: Pick<User, 'attributes'>): JsonObject {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name,
      name.endsWith('_verified') && !name.startsWith('custom:') ? value.toLowerCase() : value,
    ]),
  )
}

// Cognito: API reference, InitiateAuth, ClientMetadata, 2026: at the beginning of a sign-in it is
// for the functions that come before the proof, who get it as validationData.
const BEGINNINGS = new Set(['InitiateAuth', 'AdminInitiateAuth'])

/** `clientMetadata`, in the events of operations that pass it on. */
export function metadataOf({ operation, clientMetadata }: RequestContext): JsonObject {
  if (BEGINNINGS.has(operation) || Object.keys(clientMetadata).length === 0) return {}
  return { clientMetadata }
}

/** `validationData` of the events that come before a proof. */
export function validationDataOf({ clientMetadata }: RequestContext): JsonObject {
  return { validationData: Object.keys(clientMetadata).length === 0 ? null : clientMetadata }
}

/** Reads members of a response, each of which may be absent or null. */
export class ResponseReader {
  readonly #name: TriggerName
  readonly #response: JsonObject

  constructor(name: TriggerName, response: JsonObject) {
    this.#name = name
    this.#response = response
  }

  flag(member: string): boolean | undefined {
    return this.#read(member, 'a boolean', (value) => typeof value === 'boolean')
  }

  text(member: string): string | undefined {
    return this.#read(member, 'a text', (value) => typeof value === 'string')
  }

  texts(member: string): readonly string[] | undefined {
    const isTexts = (value: unknown): value is readonly string[] =>
      Array.isArray(value) && value.every((one) => typeof one === 'string')
    return this.#read(member, 'a list of texts', isTexts)
  }

  /** An object whose values are texts. */
  textMap(member: string): Readonly<Record<string, string>> | undefined {
    const isMap = (value: unknown): value is Record<string, string> =>
      isObject(value) && Object.values(value).every((one) => typeof one === 'string')
    return this.#read(member, 'an object of texts', isMap)
  }

  object(member: string): JsonObject | undefined {
    return this.#read(member, 'an object', isObject)
  }

  invalid(text: string): TriggerError {
    return new TriggerError(this.#name, 'invalid-response', text)
  }

  #read<T>(member: string, what: string, is: (value: unknown) => value is T): T | undefined {
    const value = this.#response[member] ?? undefined
    if (value === undefined) return undefined
    if (!is(value)) throw this.invalid(`${member} is not ${what}`)
    return value
  }
}
