// Every AWS JSON service of a Region, in one pipeline. A call passes these numbered steps in one
// function; there are no hooks and no middleware, so what happens to a call can be read here from
// top to bottom. What differs from service to service is its description. Calls of the console pass
// here, too; the login pages and OAuth enter at the application behind it.

import type { AuditTrail } from '#app/audit/trail.js'
import { CallLimit } from '#base/call-limit.js'
import type { Clock } from '#base/clock.js'
import type { Logger } from '#base/log.js'
import { check } from '#contract/check.js'
import { decodeBody, SerializationError } from '#contract/codec.js'
import type { OperationSchema } from '#contract/schema.js'
import { isPoolId } from '#domain/pool/id.js'
import type { Metrics } from '#ports/metrics.js'
import type { Tracing } from '#ports/tracing.js'
import { ApiError } from './errors.js'
import type { ApiRequest, ApiResponse, Authenticate, Dispatch, IamCaller } from './request.js'
import { tracedDispatch } from './traced.js'
import { isSmallEnough } from './unsigned-body.js'

/** The services as `X-Amz-Target` names them. */
export const SERVICE_TARGETS = {
  'cognito-idp': 'AWSCognitoIdentityProviderService',
  kms: 'TrentService',
  twinpool: 'TwinpoolService',
} as const

export type CallInput = Readonly<Record<string, unknown>>

/** Fields of the audit line that a service knows. */
export interface AuditFields {
  caller?: string
  poolId?: string
  keyId?: string
}

/** Notes the pool that a caller named by its ID; what is no such ID is not kept. */
export function noteNamedPool(poolId: unknown, audit: AuditFields): void {
  if (typeof poolId === 'string' && isPoolId(poolId)) audit.poolId = poolId
}

/** A call whose input is known to have the right form. */
export interface Call<O> {
  readonly request: ApiRequest
  readonly operation: O
  /** Who signed; undefined where the operation needs no signature. */
  readonly signer: IamCaller | undefined
  readonly input: CallInput
  readonly audit: AuditFields
}

/** An error as the caller sees it. `cause` is for the log only. */
export interface ShownError {
  readonly code: string
  readonly status: number
  readonly message: string | undefined
  readonly members?: Readonly<Record<string, unknown>>
  readonly cause: unknown
}

/** What a service says of itself. `O` is what it knows of an operation. */
export interface ServiceDescription<O> {
  /** What its metrics are called by. */
  readonly name: keyof typeof SERVICE_TARGETS
  /** The message of its audit lines. */
  readonly auditMessage: string
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: Metrics
  readonly tracing?: Tracing | undefined
  /** Where calls of administrators are recorded; undefined: nowhere. */
  readonly trail: AuditTrail | undefined
  readonly authenticate: Authenticate
  readonly concurrentCallsMax: number
  /** Undefined when the API has no operation of the name. */
  find(name: string): O | undefined
  isSigned(operation: O): boolean
  /** The input of a request body, checked. Throws ApiError. */
  read(operation: O, body: Uint8Array): CallInput
  /**
   * Finds what the call is about, authorises the caller, and returns the handler, ready to run.
   * Callers who signed are authorised first: without permission they do not learn what exists.
   */
  resolve(call: Call<O>): Promise<() => unknown> | (() => unknown)
  /** The error that leaves for one that a handler threw: only declared ones do. */
  declared(error: unknown, operation: O): unknown
  /** The response body. */
  write(operation: O, output: unknown): string
  toShown(error: unknown, request: ApiRequest): ShownError | Promise<ShownError>
  /** Whether a signed call changes something, so that it is recorded. */
  isChange(operation: string): boolean
  /** Adds the ID of what a call has made. */
  made?(output: unknown, audit: AuditFields): void
  /** Whether the audit line of a call that succeeded is for debugging only. */
  isQuiet?(operation: string): boolean
}

/** Returns the dispatch of a service: the pipeline from a request to its response. */
export function createDispatch<O>(service: ServiceDescription<O>): Dispatch {
  const { name, tracing, find } = service
  const isOperation = (operation: string) => find(operation) !== undefined
  const target = SERVICE_TARGETS[name]
  return tracedDispatch({ target, isOperation, tracing }, pipelineOf(service))
}

function pipelineOf<O>(service: ServiceDescription<O>): Dispatch {
  const { clock, log, auditMessage } = service
  const limit = new CallLimit(service.concurrentCallsMax)
  return async (request) => {
    const startedAtMs = clock.nowMs()
    const audit: AuditFields = {}
    const state = { hasBegun: false }
    let response: ApiResponse
    try {
      const running = limit.run(() => runCall(service, request, audit, state))
      if (running === undefined) throw new ApiError('TooManyRequestsException', 'Too many requests')
      response = await running
    } catch (error) {
      response = toErrorResponse(service, request, await service.toShown(error, request))
    }
    // 9. Audit: what, where and how it ended; never the body.
    const durationMs = clock.nowMs() - startedAtMs
    const isQuiet = response.error === undefined && service.isQuiet?.(request.operation) === true
    log[isQuiet ? 'debug' : 'info'](auditMessage, {
      requestId: request.requestId,
      operation: request.operation,
      outcome: response.error?.code ?? 'ok',
      durationMs,
      sourceIp: request.sourceIp,
      ...audit,
    })
    if (audit.caller !== undefined) await recordEnd(service, request, { response, audit, state })
    measure(service, request, { response, durationMs })
    return response
  }
}

/** Counts a call. What a caller calls an operation is a label only if it is one. */
function measure<O>(
  { name, metrics, find }: ServiceDescription<O>,
  request: ApiRequest,
  { response, durationMs }: { readonly response: ApiResponse; readonly durationMs: number },
): void {
  const operation = find(request.operation) === undefined ? 'unknown' : request.operation
  const result = response.error?.code ?? 'ok'
  metrics.count('twinpool_requests_total', { service: name, operation, result })
  const labels = { service: name, operation }
  metrics.observe('twinpool_request_duration_seconds', labels, durationMs / 1000)
}

async function runCall<O>(
  service: ServiceDescription<O>,
  request: ApiRequest,
  audit: AuditFields,
  state: { hasBegun: boolean },
): Promise<ApiResponse> {
  // 1. Name.
  const operation = service.find(request.operation)
  if (operation === undefined) throw new ApiError('UnknownOperationException', '')

  // 2. Authenticate signed calls: over the raw bytes, before anything reads them.
  const signer = service.isSigned(operation) ? await service.authenticate(request) : undefined
  if (signer !== undefined) audit.caller = signer.accessKeyId

  // 3. Decode and check. Nobody knows yet who sends what is not signed, so that is short.
  if (signer === undefined && !isSmallEnough(request.body)) {
    throw new ApiError('RequestEntityTooLargeException', 'Request is too large.')
  }
  const input = service.read(operation, request.body)

  // 4. Resolve what the call is about, and authorise.  5. Throttle by rate, where a service has
  // rates; throttling by concurrency is above.
  const run = await service.resolve({ request, operation, signer, input, audit })

  // What changes something is recorded before it runs, and does not run if it cannot be.
  if (signer !== undefined && service.isChange(request.operation)) {
    await service.trail?.record(recordOf(service, request, audit, 'began'))
    state.hasBegun = true
  }

  // 6. Run.
  let output: unknown
  try {
    output = await run()
  } catch (error) {
    // 7. Only declared errors leave an operation.
    throw service.declared(error, operation)
  }
  service.made?.(output, audit)
  // 8. Encode.
  return { status: 200, body: service.write(operation, output), error: undefined }
}

/** Records how a signed call ended that changes something, or that was refused. */
async function recordEnd<O>(
  service: ServiceDescription<O>,
  request: ApiRequest,
  ended: {
    readonly response: ApiResponse
    readonly audit: AuditFields
    readonly state: { readonly hasBegun: boolean }
  },
): Promise<void> {
  const { response, audit, state } = ended
  const { log, trail, isChange } = service
  const { error } = response
  const isRefused =
    error !== undefined && (isChange(request.operation) || error.code === 'AccessDeniedException')
  if (!state.hasBegun && !isRefused) return
  const record = recordOf(service, request, audit, state.hasBegun ? 'ended' : 'refused')
  try {
    await trail?.record({ ...record, outcome: error?.code ?? 'ok' })
  } catch (cause) {
    // What was changed is changed; that it began is recorded.
    log.error('the end of a call is not recorded', { requestId: request.requestId, error: cause })
  }
}

function recordOf<O>(
  { name: service }: ServiceDescription<O>,
  { operation, requestId, sourceIp }: ApiRequest,
  { caller = '', poolId, keyId }: AuditFields,
  event: 'began' | 'ended' | 'refused',
) {
  return { event, service, operation, requestId, caller, sourceIp, poolId, keyId }
}

/** Reads a body by the operation's schema. Throws ApiError. */
export function readBySchema(schema: OperationSchema, body: Uint8Array): CallInput {
  let input: CallInput
  try {
    input = decodeBody(schema.input, Buffer.from(body).toString('utf8'))
  } catch (error) {
    if (!(error instanceof SerializationError)) throw error
    throw new ApiError('SerializationException', error.message, { cause: error })
  }
  const problem = check(schema, input)
  if (problem !== undefined) throw new ApiError('InvalidParameterException', problem)
  return input
}

/** The response of an error, and the log line for those who run the service. */
function toErrorResponse<O>(
  { log, auditMessage }: ServiceDescription<O>,
  { requestId, operation }: ApiRequest,
  { code, status, message, members, cause }: ShownError,
): ApiResponse {
  if (status >= 500) log.error(`${auditMessage} failed`, { requestId, operation, error: cause })
  const body = JSON.stringify({ __type: code, message, ...members })
  return { status, body, error: { code, message } }
}
