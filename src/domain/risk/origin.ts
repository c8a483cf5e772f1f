// From where a call came, as far as it says so. Servers that sign users in say it for them
// (ContextData); client libraries describe the device in EncodedData, whose form belongs to them:
// what cannot be read there counts as absent and never fails a call.

import { isIP } from 'node:net'
import { isObject } from '#base/json.js'
import { plainAddress } from '../pool/risk-settings.js'
import type { RequestContext, UserContextData } from '../request-context.js'
import { deviceTypeOf } from '../token/user-session.js'
import type { Origin } from './event.js'

const TEXT_MAX = 128

/** Who called. */
export interface OriginOptions {
  readonly isAdmin: boolean
}

/** From where a request came. */
export function originOf(request: RequestContext, options: OriginOptions): Origin {
  const { userContextData: data } = request
  const described = describedDevice(data?.encodedData)
  const userAgent = described['UserAgent'] ?? userAgentOf(request, options)
  const named = described['DeviceName']
  const deviceId = described['DeviceId'] ?? described['DeviceFingerprint']
  return {
    ip: addressOf(request, options),
    device: named ?? (userAgent === undefined ? undefined : deviceTypeOf(userAgent)),
    deviceId,
    timezone: described['ClientTimezone'],
    hasContext: data !== undefined,
  }
}

/** The user's address; the address of a server that signs users in is nobody's. */
export function addressOf(
  { sourceIp, userContextData: data }: RequestContext,
  { isAdmin }: OriginOptions,
): string | undefined {
  const given = data?.ipAddress
  if (given !== undefined && isIP(given) !== 0) return plainAddress(given)
  return isAdmin ? undefined : plainAddress(sourceIp)
}

function userAgentOf(
  { userAgent, userContextData: data }: RequestContext,
  { isAdmin }: OriginOptions,
): string | undefined {
  return isAdmin ? headerOf(data, 'user-agent') : userAgent
}

function headerOf(data: UserContextData | undefined, name: string): string | undefined {
  return data?.httpHeaders.find((header) => header.name.toLowerCase() === name)?.value
}

/** Texts of `contextData` inside the payload, cut to what is worth keeping. */
function describedDevice(encoded: string | undefined): Readonly<Record<string, string>> {
  if (encoded === undefined) return {}
  const data = parsed(Buffer.from(encoded, 'base64').toString('utf8'))
  const payload = isObject(data) ? data['payload'] : undefined
  const contents = typeof payload === 'string' ? parsed(payload) : undefined
  const context = isObject(contents) ? contents['contextData'] : undefined
  if (!isObject(context)) return {}
  const texts = Object.entries(context).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '',
  )
  return Object.fromEntries(
    texts.map(([name, text]) => [name, name === 'UserAgent' ? text : text.slice(0, TEXT_MAX)]),
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
