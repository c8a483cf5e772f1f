// Calls of the edge to Regions with its own access key: `TwinpoolService.*`, signed. A response
// that is not what it should be counts as none, because the edge must go on with the Regions that
// do respond.

import { utf8 } from '#base/bytes.js'
import type { Clock } from '#base/clock.js'
import { isObject, type JsonObject } from '#base/json.js'
import type { EDGE_OPERATIONS } from '#domain/iam/edge-policy.js'
import { signHeaders } from '#domain/iam/signature/sign.js'
import type { EdgeRegion, HealthCheck } from './health-check.js'
import { type Connections, callHttp } from './http-call.js'

export interface EdgeAccessKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** Calls an operation of a Region; undefined when there is no good response. */
export type CallRegion = (
  region: EdgeRegion,
  operation: (typeof EDGE_OPERATIONS)[number],
  input: JsonObject,
) => Promise<JsonObject | undefined>

/** What most parts of the edge are made of. */
export interface EdgeParts {
  readonly health: HealthCheck
  readonly call: CallRegion
  readonly clock: Clock
}

const TIMEOUT_MS = 2000

export function createRegionCalls(options: {
  readonly connections: Connections
  readonly clock: Clock
  readonly accessKey: EdgeAccessKey
}): CallRegion {
  const { connections, clock, accessKey } = options
  return async (region, operation, input) => {
    const url = new URL('/', region.endpoint)
    const body = utf8(JSON.stringify(input))
    const headers = signHeaders(
      {
        method: 'POST',
        url: '/',
        headers: {
          host: url.host,
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': `TwinpoolService.${operation}`,
        },
        body,
      },
      { ...accessKey, region: region.name, service: 'twinpool', nowMs: clock.nowMs() },
    )
    try {
      const reply = await callHttp(connections, clock, {
        url,
        method: 'POST',
        headers,
        body,
        timeoutMs: TIMEOUT_MS,
      })
      const output: unknown = reply.status === 200 ? JSON.parse(reply.body) : undefined
      return isObject(output) ? output : undefined
    } catch {
      return undefined
    }
  }
}
