// The values that every service of the API shares: a call, who signed it, and the response.
import type { AccessDecision } from '#domain/iam/policy.js'
import type { ErrorCode } from './errors.js'

/** A call as it came over the wire. */
export interface ApiRequest {
  readonly requestId: string
  readonly operation: string
  readonly method: string
  /** Path and query as sent. */
  readonly url: string
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: Uint8Array
  readonly sourceIp: string
}

/** A caller who signed the request with an access key. */
export interface IamCaller {
  readonly accessKeyId: string
  readonly arn: string
  /**
   * What the caller's policies say of an action on a resource. `otherName` is the ARN of the same
   * resource in another Region; only denials heed it.
   */
  decide(action: string, resource: string, otherName?: string): AccessDecision
}

/** Verifies the signature of a request, or throws an ApiError. */
export type Authenticate = (request: ApiRequest) => Promise<IamCaller>

export interface ApiResponse {
  readonly status: number
  readonly errorCode: ErrorCode | undefined
  readonly body: string
}
