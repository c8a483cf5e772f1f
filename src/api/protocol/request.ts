// The values that every service of the API shares: a call, who signed it, and the response.
import type { KnownKey } from '#app/access-keys.js'
import type { ConditionValues } from '#domain/iam/conditions.js'
import type { AccessDecision } from '#domain/iam/policy.js'

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
  /** Who calls, where the console has found it by a session; otherwise the signature says so. */
  readonly holder?: KnownKey
}

/** A caller who signed the request with an access key, or has a session of the console by one. */
export interface IamCaller {
  readonly accessKeyId: string
  readonly arn: string
  readonly isConsole?: true
  /** What the caller's policies say of an action on a resource. */
  decide(action: string, resource: string, more?: DecisionContext): AccessDecision
}

/** What a decision may take into account besides action, resource and caller. */
export interface DecisionContext {
  /** The ARN of the same resource in another Region; only denials heed it. */
  readonly otherName?: string | undefined
  /** Condition values of the request; without them, those that every request has. */
  readonly values?: (() => ConditionValues) | undefined
}

/** Verifies who calls, or throws an ApiError. */
export type Authenticate = (request: ApiRequest) => Promise<IamCaller>

/** The response of a service. Each service has error codes of its own. */
export interface ApiResponse {
  readonly status: number
  readonly body: string
  readonly error?: { readonly code: string; readonly message: string | undefined } | undefined
}

/** Runs a call of one service and returns its response. */
export type Dispatch = (request: ApiRequest) => Promise<ApiResponse>
