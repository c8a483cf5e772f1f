// The way in for Twinpool's own operations. The same steps as for the user pools API, without the
// ones that are about a pool: name, signature, input, permission, run, encode.

import { ApiError, errorTable } from '#api/protocol/errors.js'
import type { ApiRequest, ApiResponse, Authenticate, IamCaller } from '#api/protocol/request.js'
import { CallLimit } from '#base/call-limit.js'
import { CreateAccessKey, DeleteAccessKey, ListAccessKeys } from './access-keys.js'
import { AdminInput, type AdminOperation, type AdminServices } from './admin-operation.js'
import { ListOutboxMessages } from './outbox.js'
import { DescribeRegion, ListPools, ListReplicas, ResolveDomain } from './overview.js'
import { ListVerifications, VerifyCopies } from './verification.js'

const operations: ReadonlyMap<string, AdminOperation> = new Map(
  [
    CreateAccessKey,
    DeleteAccessKey,
    DescribeRegion,
    ListAccessKeys,
    ListOutboxMessages,
    ListPools,
    ListReplicas,
    ListVerifications,
    ResolveDomain,
    VerifyCopies,
  ].map((operation) => [operation.name, operation]),
)

/** Makes the function that answers `TwinpoolService.*`. */
export function createAdminDispatch(options: {
  readonly services: AdminServices
  /** For the service `twinpool`. */
  readonly authenticate: Authenticate
  readonly concurrentCallsMax: number
}): (request: ApiRequest) => Promise<ApiResponse> {
  const { services, authenticate } = options
  const limit = new CallLimit(options.concurrentCallsMax)
  return async (request) => {
    let response: ApiResponse
    let caller: string | undefined
    const call = async (): Promise<ApiResponse> => {
      const operation = operations.get(request.operation)
      if (operation === undefined) throw new ApiError('UnknownOperationException', '')
      const signer = await authenticate(request)
      caller = signer.accessKeyId
      const input = readInput(request.body)
      requireAction(signer, operation.name)
      const output = await operation.run(services, input)
      return { status: 200, errorCode: undefined, body: JSON.stringify(output) }
    }
    try {
      const running = limit.run(call)
      if (running === undefined) throw new ApiError('TooManyRequestsException', 'Too many requests')
      response = await running
    } catch (error) {
      response = toErrorResponse(error, request, services)
    }
    // Reads come every other second from an open start page, and change nothing.
    const isQuiet =
      response.errorCode === undefined && /^(?:List|Describe|Resolve)/.test(request.operation)
    services.log[isQuiet ? 'debug' : 'info']('call', {
      requestId: request.requestId,
      operation: request.operation,
      outcome: response.errorCode ?? 'ok',
      caller,
      sourceIp: request.sourceIp,
    })
    return response
  }
}

function readInput(body: Uint8Array): AdminInput {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(body).toString('utf8') || '{}')
  } catch (cause) {
    throw new ApiError('SerializationException', 'The request body is not valid JSON.', { cause })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ApiError('SerializationException', 'The request body is not an object.')
  }
  return new AdminInput(value as Record<string, unknown>)
}

function requireAction(signer: IamCaller, name: string): void {
  const action = `twinpool:${name}`
  const decision = signer.decide(action, '*')
  if (decision === 'allow') return
  const why =
    decision === 'explicit-deny'
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`
  throw new ApiError(
    'AccessDeniedException',
    `User: ${signer.arn} is not authorized to perform: ${action} on resource: * ${why}`,
  )
}

function toErrorResponse(error: unknown, request: ApiRequest, { log }: AdminServices): ApiResponse {
  const shown =
    error instanceof ApiError
      ? error
      : new ApiError('InternalErrorException', 'Internal server error', { cause: error })
  const { status, fault } = errorTable[shown.code]
  if (fault === 'server') {
    log.error('call failed', {
      requestId: request.requestId,
      operation: request.operation,
      error: shown.cause ?? shown,
    })
  }
  return {
    status,
    errorCode: shown.code,
    body: JSON.stringify({ __type: shown.code, message: shown.message }),
  }
}
