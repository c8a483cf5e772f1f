// The one way in. Every call passes these numbered steps in one function; there are no hooks and
// no middleware, so what happens to a call can be read here from top to bottom. The console, the
// login pages and OAuth enter at the flows behind it.

import {
  ApiError,
  type ErrorCode,
  errorTable,
  isDeclared,
  NOT_ENABLED_MESSAGE,
} from '#api/protocol/errors.js'
import type { ApiRequest, ApiResponse, Authenticate, IamCaller } from '#api/protocol/request.js'
import { requireFinishedCopies, requireFinishedCopyOf } from '#app/unfinished-copies.js'
import { CallLimit } from '#base/call-limit.js'
import { check } from '#contract/check.js'
import { decode, encode, SerializationError } from '#contract/codec.js'
import { cognitoOperations } from '#contract/cognito.js'
import { actionOf, poolArn } from '#domain/iam/action.js'
import { gateOf, isAllowed } from '#domain/replica/gate.js'
import { asPrimary, asRegional, type Pool } from '#ports/capability.js'
import { CopyUnfinishedError } from '#ports/copies.js'
import { KeyRefusedError } from '#ports/keys.js'
import { requireAction } from './authorization.js'
import type { Auth, Region, ResolvedClient, Services, UserCaller } from './context.js'
import type { AnyOperation } from './operation.js'
import { ACCESS_TOKEN_OPERATIONS, PUBLIC_OPERATIONS } from './public-operations.js'
import { resolveTarget } from './resolve.js'
import { isSmallEnough } from './unsigned-body.js'

export interface DispatchOptions {
  readonly services: Services
  readonly operations: Readonly<Record<string, AnyOperation>>
  readonly authenticate: Authenticate
  readonly concurrentCallsMax: number
}

/** Makes the function that answers every call of the user pools API. */
export function createDispatch(options: DispatchOptions): (r: ApiRequest) => Promise<ApiResponse> {
  const limit = new CallLimit(options.concurrentCallsMax)
  return async (request) => {
    const startedAtMs = options.services.clock.nowMs()
    const auditFields: { poolId?: string; caller?: string } = {}
    let response: ApiResponse
    try {
      const running = limit.run(() => runCall(options, request, auditFields))
      if (running === undefined) throw new ApiError('TooManyRequestsException', 'Too many requests')
      response = await running
    } catch (error) {
      const cause = await unfinishedOr(error, options.services)
      response = toErrorResponse(cause, request, options.services)
    }
    // 11. Audit: what, where and how it ended; never the body.
    options.services.log.info('call', {
      requestId: request.requestId,
      operation: request.operation,
      outcome: response.errorCode ?? 'ok',
      durationMs: options.services.clock.nowMs() - startedAtMs,
      sourceIp: request.sourceIp,
      ...auditFields,
    })
    return response
  }
}

async function runCall(
  { services, operations, authenticate }: DispatchOptions,
  request: ApiRequest,
  auditFields: { poolId?: string; caller?: string },
): Promise<ApiResponse> {
  // 1. Name.
  const name = request.operation
  const contract = cognitoOperations.get(name)
  if (contract === undefined) throw new ApiError('UnknownOperationException', '')
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined
  const auth = operation?.auth ?? authOf(name)

  // 2. Authenticate signed calls: over the raw bytes, before anything reads them.
  const signer = auth === 'iam' ? await authenticate(request) : undefined
  if (signer !== undefined) auditFields.caller = signer.accessKeyId

  // 3. Decode and check. Nobody knows yet who sends what is not signed, so that is short.
  if (signer === undefined && !isSmallEnough(request.body)) {
    throw new ApiError('RequestEntityTooLargeException', 'Request is too large.')
  }
  const input = decodeInput(contract, request.body)
  const complaint = check(contract, input)
  if (complaint !== undefined) throw new ApiError('InvalidParameterException', complaint)

  // 4. Resolve the pool, by its ID, an app client, an ARN or an access token. Callers who signed
  //    are authorised first (5), so that nobody learns which pools exist without permission.
  const authorise = (resource: string, otherName?: string) =>
    signer && requireAction(signer, actionOf(name), resource, { otherName })
  const found = await resolveTarget({
    services,
    name,
    auth,
    region: operation?.region ?? regionOf(name),
    input,
    authorise,
  })
  if (found.pool !== undefined) auditFields.poolId = found.pool.id

  // 6. Gate by role and status.
  if (found.pool !== undefined) await requireGate(services, name, found.pool)
  if (operation === undefined) {
    throw new ApiError('NotImplementedException', `${name} is not implemented yet.`)
  }
  const pool = found.pool && capabilityFor(operation.region, found.pool)

  // 7. (Throttling is by concurrency, above.)  8. Run.
  const ctx = makeContext(services, request, {
    caller: signer ?? found.user,
    pool,
    client: found.client,
  })
  try {
    const output = (await operation.run(ctx as never, input as never)) as object
    // 10. Encode.
    return { status: 200, errorCode: undefined, body: encode(contract.output, output) }
  } catch (error) {
    // 9. Only declared errors leave an operation.
    if (error instanceof ApiError && !isDeclared(error.code, operation.errors)) {
      services.log.error('undeclared error', { operation: name, code: error.code })
      throw new ApiError('InternalErrorException', 'Internal server error', { cause: error })
    }
    throw error
  }
}

function authOf(name: string): Auth {
  if (ACCESS_TOKEN_OPERATIONS.has(name)) return 'access-token'
  return PUBLIC_OPERATIONS.has(name) ? 'public' : 'iam'
}

function regionOf(name: string): Region {
  return gateOf(name) === 'account' ? 'account' : 'any'
}

function decodeInput(
  contract: { readonly input: Parameters<typeof decode>[0] },
  body: Uint8Array,
): Readonly<Record<string, unknown>> {
  let json: unknown
  try {
    json = JSON.parse(Buffer.from(body).toString('utf8') || '{}')
  } catch (error) {
    throw new ApiError('SerializationException', 'The request body is not valid JSON.', {
      cause: error,
    })
  }
  try {
    return decode(contract.input, json) as Record<string, unknown>
  } catch (error) {
    if (!(error instanceof SerializationError)) throw error
    throw new ApiError('SerializationException', error.message, { cause: error })
  }
}

async function requireGate({ copies }: Services, name: string, pool: Pool): Promise<void> {
  const gate = gateOf(name)
  const isHidden =
    pool.role === 'SECONDARY' && (pool.status === 'CREATING' || pool.status === 'DELETING')
  if (!isHidden && isAllowed(gate, pool.role, pool.status)) return
  // What says that the replica is ACTIVE may be on its way.
  if (isAllowed(gate, pool.role, 'ACTIVE')) await requireFinishedCopyOf(copies, pool)
  if (isHidden) {
    throw new ApiError('ResourceNotFoundException', `User pool ${pool.id} does not exist.`)
  }
  throw new ApiError('OperationNotEnabledException', NOT_ENABLED_MESSAGE)
}

function capabilityFor(region: Region, pool: Pool): Pool {
  const capable =
    region === 'primary' ? asPrimary(pool) : region === 'regional' ? asRegional(pool) : pool
  if (capable === undefined) {
    throw new ApiError('OperationNotEnabledException', NOT_ENABLED_MESSAGE)
  }
  return capable
}

function makeContext(
  services: Services,
  request: ApiRequest,
  call: {
    caller: IamCaller | UserCaller | undefined
    pool: Pool | undefined
    client: ResolvedClient | undefined
  },
) {
  // The services are the context's prototype: copying all of them would cost more than most calls
  // do with them.
  return Object.assign(Object.create(services) as Services, call, {
    nowMs: services.clock.nowMs(),
    requestId: request.requestId,
    sourceIp: request.sourceIp,
    poolArn: (poolId: string) => poolArn(services, poolId),
    fail: (code: ErrorCode, message: string, members = {}): never => {
      throw new ApiError(code, message, { members })
    },
  })
}

/** The error a caller sees, and the log line for those who run the service. */
function toErrorResponse(error: unknown, request: ApiRequest, services: Services): ApiResponse {
  const isSigned = authOf(request.operation) === 'iam'
  const shown = error instanceof ApiError ? error : translate(error, isSigned)
  if (errorTable[shown.code].fault === 'server') {
    services.log.error('call failed', {
      requestId: request.requestId,
      operation: request.operation,
      error: error instanceof ApiError ? (error.cause ?? error) : error,
    })
  }
  return {
    status: errorTable[shown.code].status,
    errorCode: shown.code,
    body: JSON.stringify({ __type: shown.code, message: shown.message, ...shown.members }),
  }
}

/** A key that is not here comes with the copy of the Region that has its primary. */
async function unfinishedOr(error: unknown, { copies }: Services): Promise<unknown> {
  if (!(error instanceof KeyRefusedError) || error.refusal !== 'not-found') return error
  return requireFinishedCopies(copies).then(
    () => error,
    (unfinished: unknown) => unfinished,
  )
}

/**
 * Errors of the world: a KMS that refuses is the customer's to mend and is told so. The ARN of the
 * key names the account, so only callers who signed see it.
 */
function translate(error: unknown, isSigned: boolean): ApiError {
  if (error instanceof KeyRefusedError && error.refusal !== 'unavailable') {
    const key = isSigned ? `KMS key ${error.arn}` : 'the KMS key of the user pool'
    return new ApiError(
      'InvalidParameterException',
      `KMS validation error: ${key} is in an invalid state: ${error.refusal}.`,
      { cause: error },
    )
  }
  const message = error instanceof CopyUnfinishedError ? error.message : 'Internal server error'
  return new ApiError('InternalErrorException', message, { cause: error })
}
