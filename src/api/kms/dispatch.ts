// The one way into the KMS from outside. Every call passes these numbered steps in one function.

import { ApiError, errorTable } from '#api/protocol/errors.js'
import type { ApiRequest, Authenticate } from '#api/protocol/request.js'
import { CallLimit } from '#base/call-limit.js'
import { check } from '#contract/check.js'
import { decodeBody, encode, SerializationError } from '#contract/codec.js'
import { isKmsOperationName, kmsOperation } from '#contract/kms.js'
import type { KmsOperationName } from '#contract/types.js'
import { type AccessQuestion, KeyAccess } from '#kms/access.js'
import { isDeclaredByKms, KmsError, kmsErrorTable } from '#kms/errors.js'
import { requireState } from '#kms/key-state.js'
import { keyArn } from '#kms/reference.js'
import type { RequestValues } from '#kms/request-values.js'
import type { KmsCaller, KmsServices } from '#kms/services.js'
import { LinkUnreachableError } from '#ports/region-link.js'
import type { AnyKmsOperation, KmsContext } from './operation.js'
import { kmsOperations } from './registry.js'

export interface KmsResponse {
  readonly status: number
  readonly errorCode: string | undefined
  readonly body: string
}

export interface KmsDispatchOptions {
  readonly services: KmsServices
  readonly authenticate: Authenticate
  readonly concurrentCallsMax: number
}

/** Makes the function that answers every call of the KMS API. */
export function createKmsDispatch(
  options: KmsDispatchOptions,
): (request: ApiRequest) => Promise<KmsResponse> {
  const { services } = options
  const access = new KeyAccess(services)
  const limit = new CallLimit(options.concurrentCallsMax)
  return async (request) => {
    const startedAtMs = services.clock.nowMs()
    const auditFields: { caller?: string; keyId?: string } = {}
    let response: KmsResponse
    try {
      const running = limit.run(() => runCall({ options, access, request, auditFields }))
      if (running === undefined) throw new KmsError('ThrottlingException', 'Rate exceeded')
      response = await running
    } catch (error) {
      response = toErrorResponse(error, request, services)
    }
    // 9. Audit: what, where and how it ended; never the body.
    services.log.info('kms call', {
      requestId: request.requestId,
      operation: request.operation,
      outcome: response.errorCode ?? 'ok',
      durationMs: services.clock.nowMs() - startedAtMs,
      sourceIp: request.sourceIp,
      ...auditFields,
    })
    return response
  }
}

async function runCall(call: {
  readonly options: KmsDispatchOptions
  readonly access: KeyAccess
  readonly request: ApiRequest
  readonly auditFields: { caller?: string; keyId?: string }
}): Promise<KmsResponse> {
  const { access, request, auditFields } = call
  const { services, authenticate } = call.options
  // 1. Name.
  const name = request.operation
  if (!isKmsOperationName(name)) throw new KmsError('UnknownOperationException', '')
  const contract = kmsOperation(name)

  // 2. Authenticate: over the raw bytes, before anything reads them.
  const caller = await authenticate(request)
  auditFields.caller = caller.accessKeyId

  // 3. Decode and check.
  const input = decodeInput(contract.input, request.body)
  const complaint = check(contract, input)
  if (complaint !== undefined) throw new KmsError('ValidationException', complaint)
  const operation: AnyKmsOperation | undefined = kmsOperations[name]
  if (operation === undefined) {
    throw new KmsError('UnsupportedOperationException', `${name} is not supported.`)
  }

  // 4. Find the key and authorise; 5. check its state.
  const values = valuesOf(input, request)
  const ctx = makeContext({ services, access, caller, values })
  try {
    const key = await findKey(ctx, operation, input['KeyId'])
    if (key !== undefined) auditFields.keyId = key.id
    // 6. Run.
    const output = await operation.run({ ...ctx, key } as never, input as never)
    // 8. Encode.
    return { status: 200, errorCode: undefined, body: encode(contract.output, output ?? {}) }
  } catch (error) {
    throw declaredError(error, name, services)
  }
}

function decodeInput(
  shape: Parameters<typeof decodeBody>[0],
  body: Uint8Array,
): Record<string, unknown> {
  try {
    return decodeBody(shape, Buffer.from(body).toString('utf8'))
  } catch (error) {
    if (!(error instanceof SerializationError)) throw error
    throw new KmsError('SerializationException', error.message, { cause: error })
  }
}

async function findKey(ctx: KmsContext<'none'>, operation: AnyKmsOperation, reference: unknown) {
  if (operation.key === 'none') return undefined
  const accepts = { aliases: operation.key === 'id-or-alias' }
  const key = await ctx.access.find(ctx.question(operation.name), String(reference), accepts)
  requireState(key, ctx.keyArn(key.id), operation.state)
  return key
}

/** The members that conditions of key policies ask about, whichever the operation. */
function valuesOf(input: Readonly<Record<string, unknown>>, request: ApiRequest): RequestValues {
  const tags = input['Tags'] as { TagKey: string; TagValue: string }[] | undefined
  const encryptionContext = input['EncryptionContext'] as Record<string, string> | undefined
  return {
    encryptionContext,
    sourceIp: request.sourceIp,
    replicaRegion: input['ReplicaRegion'] as string | undefined,
    pendingWindowDays: input['PendingWindowInDays'] as number | undefined,
    bypassesLockoutCheck: input['BypassPolicyLockoutSafetyCheck'] as boolean | undefined,
    tagKeys: input['TagKeys'] as string[] | undefined,
    tags: tags && Object.fromEntries(tags.map((tag) => [tag.TagKey, tag.TagValue])),
  }
}

function makeContext(call: {
  readonly services: KmsServices
  readonly access: KeyAccess
  readonly caller: KmsCaller
  readonly values: RequestValues
}): KmsContext<'none'> {
  const { services, access, caller, values } = call
  return {
    ...services,
    access,
    caller,
    key: undefined,
    nowMs: services.clock.nowMs(),
    question: (action): AccessQuestion => ({ caller, action: `kms:${action}`, values }),
    keyArn: (keyId) => keyArn(services, keyId),
    fail: (code, message): never => {
      throw new KmsError(code, message)
    },
  }
}

// 7. Only declared errors leave an operation. Some operations declare no InvalidArnException: for
// them a name that cannot be read is a key that is not found.
function declaredError(error: unknown, name: KmsOperationName, services: KmsServices): unknown {
  if (error instanceof LinkUnreachableError) {
    const message = `The Region ${error.region} cannot be reached. Try again later.`
    return new KmsError('DependencyTimeoutException', message, { cause: error })
  }
  if (!(error instanceof KmsError) || isDeclaredByKms(error.code, name)) return error
  if (error.code === 'InvalidArnException') return new KmsError('NotFoundException', error.message)
  services.log.error('undeclared error', { operation: name, code: error.code })
  return new KmsError('KMSInternalException', 'Internal failure', { cause: error })
}

/** The error a caller sees, and the log line for those who run the service. */
function toErrorResponse(error: unknown, request: ApiRequest, services: KmsServices): KmsResponse {
  if (error instanceof ApiError) {
    return toResponse(errorTable[error.code].status, error.code, error.message)
  }
  const shown =
    error instanceof KmsError
      ? error
      : new KmsError('KMSInternalException', 'Internal failure', { cause: error })
  const status = kmsErrorTable[shown.code]
  if (status >= 500) {
    services.log.error('kms call failed', {
      requestId: request.requestId,
      operation: request.operation,
      error: shown.cause ?? shown,
    })
  }
  return toResponse(status, shown.code, shown.message)
}

function toResponse(status: number, errorCode: string, message: string): KmsResponse {
  const body = message === '' ? { __type: errorCode } : { __type: errorCode, message }
  return { status, errorCode, body: JSON.stringify(body) }
}
